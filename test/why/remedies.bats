# SPDX-License-Identifier: MIT
# What `holdfast why` and `holdfast check` advise: each remedy is in remedies.md, leads to where it says
# there, and does nothing that none may do.
load why

table=$BATS_TEST_DIRNAME/remedies.md

remedies_of() { "$BATS_TEST_DIRNAME/remedies_of" "$hf_root"/src/diagnose/*.cpp; }

@test "W340 every remedy that the sources can give has a row, and every row a source" {
    sed -nE 's/^\| (\w+ \| )?`(([^`\\]|\\.)*)` \|.*/\2/p' "$table" | sed 's/\\|/|/g' | sort -u >rows
    remedies_of | sort -u >sources
    diff sources rows
}

@test "W341 no remedy deletes, opens or gives away at large" {
    remedies_of >sources
    if grep -E 'rm -|rmdir|o\+|777|setcap|kill -(9|KILL)|usermod|userdel|chmod -R|mkfs' sources; then false; fi
    [ "$(grep -c 'chown -R' sources)" = 1 ] # of a directory that holds logs alone
    [ "$(grep -c 'useradd' sources)" = 1 ]  # where no account has a name like it
}

@test "W342 what none may do is noticed" {
    needs_root
    for harm in 'chown www-data /srv/web' 'chmod o+x /root' 'chmod g+w /srv/web/run' 'rm -r /srv/app' \
        'useradd stranger' 'install -m 4755 /bin/true /srv/web/true' 'chmod o+r /srv/app/secret'; do
        printf '| directory_closed | `chgrp * * && chmod g+x *` | `touch /srv/web/down; {}; %s` | up | ? |\n' \
            "$harm" >planted
        if "$BATS_TEST_DIRNAME/try_remedies" planted >said; then echo "not noticed: $harm" && false; fi
        grep HARM said || { cat said && false; }
    done
}

@test "W343 each remedy for the run script" { tried 'The run script'; }

@test "W344 each remedy for the account and its rights" { tried 'The account and its rights'; }

@test "W345 each remedy for the program" { tried 'The program'; }

@test "W339 each remedy for what it waits for" { tried 'What it waits for'; }

@test "W346 each remedy for what it was told" { tried 'What it was told'; }
