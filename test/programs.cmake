# What tries the programs that are built here on real processes. Each test has the folder it is in as
# its label; ./check says which labels are part of it. test/summary counts the cases in a bats file.

# TIMEOUT is for a machine that has more to do: a file takes a minute or two.
function(add_program_test name label timeout)
    cmake_parse_arguments(arg "" "" "COMMAND;ENVIRONMENT" ${ARGN})
    add_test(NAME ${name} COMMAND ${arg_COMMAND})
    set_tests_properties(${name} PROPERTIES LABELS "${label}" TIMEOUT ${timeout}
                         ENVIRONMENT "HF_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};${arg_ENVIRONMENT}")
endfunction()

function(add_bats file name label)
    add_program_test(${name} "${label}" 900 COMMAND ${CMAKE_SOURCE_DIR}/test/bats-file ${name} ${file}
                     ENVIRONMENT HF_PATIENCE=30 ${ARGN})
endfunction()

file(GLOB files CONFIGURE_DEPENDS test/*/*.bats)
list(FILTER files EXCLUDE REGEX "/packages/")
foreach(file ${files})
    get_filename_component(stem ${file} NAME_WE)
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(folder ${folder} NAME)
    set(labels ${folder})
    if(NOT folder MATCHES "^(system|container|like|upgrade)$")
        list(APPEND labels system)
    endif()
    add_bats(${file} ${folder}.${stem} "${labels}")
endforeach()

# An empty service.toml beside every run changes nothing: the same cases, against the same oracle.
foreach(stem supervise svc_svok_svstat svscan unlinking)
    add_bats(${CMAKE_SOURCE_DIR}/test/system/${stem}.bats empty_rules.${stem} system HF_EMPTY_RULES=1)
endforeach()

# Killed for real, and with system calls that fail. ./prove does more of it.
set(tests ${CMAKE_SOURCE_DIR}/test)
set(bin ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
add_program_test(real.storm real 1200 COMMAND ${tests}/real/storm.py --bin ${bin} --services 25 --rounds 20)
add_program_test(real.faults real 1200 COMMAND ${tests}/real/faults.py --bin ${bin} --most 2)
add_program_test(real.phases real 1200 COMMAND ${tests}/real/phases.py --bin ${bin})

add_program_test(scripts.shellcheck scripts 300 COMMAND ${tests}/shellcheck)
add_program_test(scripts.quickstart scripts 300 COMMAND ${CMAKE_SOURCE_DIR}/quickstart --check)

# What takes longest begins first: so that at the end nothing is waited for alone.
set_tests_properties(system.ready_notify why.remedies why.remedies_more PROPERTIES COST 200)
set_tests_properties(system.unlinking system.svscan system.supervise system.multilog_strange system.pick_up
                     system.multilog_recovery system.badinput system.security system.service_file
                     system.sick_machine system.runit system.examples empty_rules.unlinking
                     empty_rules.supervise empty_rules.svscan people.deploy real.faults real.phases
                     PROPERTIES COST 100)

# ./check runs three tests for two processors; these keep one busy.
set_tests_properties(real.storm real.faults real.phases system.ready_notify why.remedies
                     why.remedies_more PROPERTIES PROCESSORS 2)

# The other versions that test/upgrade/formats.bats upgrades from and to.
add_program_test(upgrade.build upgrade 3600 COMMAND ${tests}/upgrade/build)
set_tests_properties(upgrade.build PROPERTIES FIXTURES_SETUP versions PROCESSORS 2)
set_tests_properties(upgrade.formats PROPERTIES FIXTURES_REQUIRED versions)

# The Debian packages of what is built here, and those that ./package builds anew.
set(package ${CMAKE_SOURCE_DIR}/package)
add_program_test(install.package install 300 COMMAND ${package} --quick)
add_program_test(packages.package "packages;boot" 1800 COMMAND ${package} --check)
foreach(label install packages)
    set_tests_properties(${label}.package PROPERTIES FIXTURES_SETUP ${label} RESOURCE_LOCK package COST 50
                         PROCESSORS 2)
    add_bats(${tests}/packages/packages.bats ${label}.packages ${label})
    set_tests_properties(${label}.packages PROPERTIES FIXTURES_REQUIRED ${label} COST 50)
endforeach()
set_property(TEST install.packages APPEND PROPERTY
             ENVIRONMENT HF_PACKAGES=${CMAKE_SOURCE_DIR}/build/package-quick)

# Whole machines, and Debians that have nothing but this checkout.
foreach(init systemd sysvinit openrc)
    add_program_test(boot.${init} boot 3600 COMMAND ${tests}/boot/boot ${init})
    set_tests_properties(boot.${init} PROPERTIES FIXTURES_REQUIRED packages PROCESSORS 2)
endforeach()
foreach(release 12 13)
    add_program_test(fresh.${release}.quickstart fresh 1800
                     COMMAND ${tests}/fresh ${release} ./quickstart --check)
    add_program_test(fresh.${release}.check fresh 5400
                     COMMAND ${tests}/fresh ${release} ./check unit system)
    add_program_test(fresh.${release}.package fresh 1800
                     COMMAND ${tests}/fresh ${release} ./package --check)
    set_tests_properties(fresh.${release}.quickstart fresh.${release}.check fresh.${release}.package
                         PROPERTIES PROCESSORS 2)
endforeach()
