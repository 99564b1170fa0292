// SPDX-License-Identifier: MIT
#include "diagnose/foreground.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace hf::diagnose {

namespace {

// Of options: "-f --foreground" are two, "-D+FOREGROUND" is two words, "*text" is in a word.
struct Server {
    std::string_view name;   // of the program; digits and dots may follow
    std::string_view words;  // how it is started to stay
    std::string_view
        leave;  // options with which it leaves; "always"; "never"; "": it does by itself
    std::string_view stay;  // options with which it stays
};

// As their manual pages of Debian 12 say; the first that fits counts.
constexpr std::array servers{
    Server{"nginx", "nginx -g 'daemon off;'", "", "*off;"},
    Server{"apache2ctl", "apache2ctl -D FOREGROUND", "start restart graceful", "*FOREGROUND"},
    Server{"apachectl", "apachectl -D FOREGROUND", "start restart graceful", "*FOREGROUND"},
    Server{"apache2", "apache2 -D FOREGROUND", "", "*FOREGROUND *NO_DETACH -X"},
    Server{"httpd", "httpd -D FOREGROUND", "", "*FOREGROUND *NO_DETACH -X -f"},
    Server{"lighttpd", "lighttpd -D -f /etc/lighttpd/lighttpd.conf", "", "-D"},
    Server{"redis-server", "redis-server ... --daemonize no", "--daemonize+yes", ""},
    Server{"valkey-server", "valkey-server ... --daemonize no", "--daemonize+yes", ""},
    Server{"redis-sentinel", "redis-sentinel ... --daemonize no", "--daemonize+yes", ""},
    Server{"memcached", "memcached without -d", "-d --daemon", ""},
    Server{"sshd", "/usr/sbin/sshd -D -e", "", "-D -d"},
    Server{"named", "named -f", "", "-f -g"},
    Server{"dnsmasq", "dnsmasq --keep-in-foreground", "", "-k --keep-in-foreground -d --no-daemon"},
    Server{"haproxy", "haproxy -db (or -W without -D)", "-D", "-db"},
    Server{"vsftpd", "vsftpd -obackground=NO", "-obackground=YES", ""},
    Server{"proftpd", "proftpd --nodaemon", "", "-n --nodaemon"},
    Server{"pure-ftpd", "pure-ftpd without -B", "-B --daemonize", ""},
    Server{"slapd", "slapd -d none", "", "-d"},
    Server{"crond", "crond -n (busybox: -f)", "", "-n -f"},
    Server{"cron", "cron -f", "", "-f -n"},
    Server{"atd", "atd -f", "", "-f -d"},
    Server{"anacron", "anacron -d", "", "-d"},
    Server{"rsyslogd", "rsyslogd -n", "", "-n"},
    Server{"syslog-ng", "syslog-ng -F", "", "-F --foreground"},
    Server{"pg_ctlcluster", "pg_ctlcluster --foreground VERSION CLUSTER start", "start restart",
           "--foreground"},
    Server{"pg_ctl", "postgres -D DIRECTORY in place of pg_ctl", "start restart", ""},
    Server{"mysqld_safe", "mariadbd in place of mysqld_safe", "never", ""},
    Server{"mysqld", "mysqld without --daemonize", "--daemonize", ""},
    Server{"mongod", "mongod without --fork (processManagement.fork: false)", "--fork", ""},
    Server{"squid", "squid -N", "", "-N --foreground"},
    Server{"dovecot", "dovecot -F", "", "-F"},
    Server{"postfix", "postfix start-fg", "start", "start-fg"},
    Server{"exim4", "exim4 -bdf -q30m", "-bd", "-bdf"},
    Server{"exim", "exim -bdf -q30m", "-bd", "-bdf"},
    Server{"unbound", "unbound -d", "", "-d"},
    Server{"chronyd", "chronyd -d", "", "-d -n"},
    Server{"ntpd", "ntpd -n", "", "-n --nofork"},
    Server{"php-fpm", "php-fpm -F (--nodaemonize)", "", "-F --nodaemonize"},
    Server{"varnishd", "varnishd -F", "", "-F -d"},
    Server{"stunnel", "foreground = yes in its configuration", "", "-fd"},
    Server{"tor", "tor --RunAsDaemon 0", "--RunAsDaemon+1", ""},
    Server{"smbd", "smbd --foreground --no-process-group", "-D --daemon", "-F --foreground"},
    Server{"nmbd", "nmbd --foreground --no-process-group", "-D --daemon", "-F --foreground"},
    Server{"snmpd", "snmpd -f", "", "-f"},
    Server{"ngircd", "ngircd --nodaemon", "", "-n --nodaemon"},
    Server{"dhcpd", "dhcpd -f", "", "-f -d"},
    Server{"inetd", "inetd -i", "", "-i -d"},
    Server{"xinetd", "xinetd -dontfork", "", "-dontfork -d"},
    Server{"keepalived", "keepalived --dont-fork", "", "-n --dont-fork"},
    Server{"monit", "monit -I", "", "-I"},
    Server{"fail2ban-server", "fail2ban-server -f", "", "-f --foreground"},
    Server{"dbus-daemon", "dbus-daemon --nofork", "--fork", ""},
    Server{"avahi-daemon", "avahi-daemon without -D", "-D --daemonize", ""},
    Server{"rpcbind", "rpcbind -f", "", "-f -d"},
    Server{"rabbitmq-server", "rabbitmq-server without -detached", "-detached", ""},
    Server{"gunicorn", "gunicorn without --daemon", "-D --daemon", ""},
    Server{"uwsgi", "uwsgi without --daemonize", "-d --daemonize --daemonize2", ""},
    Server{"unicorn", "unicorn without -D", "-D --daemonize", ""},
    Server{"unicorn_rails", "unicorn_rails without -D", "-D --daemonize", ""},
    Server{"puma", "puma without -d (since version 5: always)", "-d --daemon", ""},
    Server{"thin", "thin without -d", "-d --daemonize", ""},
    Server{"celery", "celery ... worker without --detach", "-D --detach", ""},
    Server{"catalina.sh", "catalina.sh run", "start", ""},
    Server{"startup.sh", "catalina.sh run in place of startup.sh", "always", ""},
    Server{"pm2", "pm2-runtime in place of pm2, or node itself", "start", ""},
    Server{"forever", "node itself in place of forever start", "start", ""},
    Server{"docker", "docker run without -d", "-d --detach", ""},
    Server{"podman", "podman run without -d", "-d --detach", ""},
    Server{"ssh", "ssh without -f", "-f", ""},
    Server{"autossh", "autossh without -f", "-f", ""},
    Server{"screen", "the program itself, or screen -D -m", "-dm -dmS -d", "-D -DmS -Dm"},
    Server{"tmux", "the program itself in place of tmux", "-d", ""},
    Server{"daemonize", "the program itself, after setuidgid", "always", ""},
    Server{"daemon", "daemon --foreground, or the program itself", "", "-f --foreground"},
    Server{"start-stop-daemon", "start-stop-daemon without --background, or setuidgid",
           "-b --background", ""},
    Server{"service", "the server itself in place of service", "start restart", ""},
    Server{"systemctl", "the server itself in place of systemctl", "start restart", ""},
    Server{"invoke-rc.d", "the server itself in place of invoke-rc.d", "start restart", ""},
};
constexpr Server init_script{"", "the server itself in place of /etc/init.d", "start restart", ""};

const Server* server_of(const inspect::Launch& launch) {
    if (launch.words.empty()) return nullptr;
    std::string_view path = launch.words[0].text;
    if (path.starts_with("/etc/init.d/")) return &init_script;
    std::string_view name = path.substr(path.rfind('/') + 1);
    for (const Server& each : servers) {
        bool fits = name.starts_with(each.name) &&
                    name.find_first_not_of("0123456789.", each.name.size()) == name.npos;
        if (fits) return &each;
    }
    return nullptr;
}

// `-De` has -D in it.
bool is_in_cluster(std::string_view option, std::string_view word) {
    constexpr size_t longest = 4;
    bool is_letter = option.size() == 2 && option[0] == '-' && option[1] != '-';
    bool is_cluster = word.size() > 2 && word.size() <= longest && word[0] == '-' &&
                      std::all_of(word.begin() + 1, word.end(),
                                  [](unsigned char c) { return std::isalpha(c) != 0; });
    return is_letter && is_cluster && word.find(option[1]) != word.npos;
}

bool is_at(const inspect::Launch& launch, size_t place, std::string_view option) {
    std::string_view word = launch.words[place].text;
    if (option.starts_with('*')) return word.find(option.substr(1)) != word.npos;
    size_t plus = option.find('+');
    if (plus != option.npos) {
        bool has_next = place + 1 < launch.words.size();
        std::string together(option);
        together[plus] = '=';
        return word == together || (word == option.substr(0, plus) && has_next &&
                                    launch.words[place + 1].text == option.substr(plus + 1));
    }
    bool is_long = option.starts_with("--") && word.starts_with(option);
    return word == option || (is_long && word[option.size()] == '=') || is_in_cluster(option, word);
}

bool has_one_of(const inspect::Launch& launch, std::string_view options) {
    while (!options.empty()) {
        size_t space = options.find(' ');
        std::string_view option = options.substr(0, space);
        for (size_t i = 1; i < launch.words.size(); ++i) {
            if (is_at(launch, i, option)) return true;
        }
        options.remove_prefix(space == options.npos ? options.size() : space + 1);
    }
    return false;
}

bool all_known(const inspect::Launch& launch) {
    return std::all_of(launch.words.begin(), launch.words.end(),
                       [](const inspect::Word& word) { return word.known; });
}

}  // namespace

std::string foreground_option(const inspect::Launch& launch) {
    const Server* server = server_of(launch);
    return server != nullptr ? std::string(server->words) : "";
}

bool is_told_to_stay(const inspect::Launch& launch) {
    const Server* server = server_of(launch);
    return server != nullptr && launch.exec && !launch.background && !launch.forks &&
           has_one_of(launch, server->stay);
}

Leaves leaves_foreground(const inspect::Launch& launch) {
    const Server* server = server_of(launch);
    if (server == nullptr || launch.waits_for_background) return Leaves::no;
    if (server->leave == "always") return Leaves::yes;
    if (server->leave == "never" || has_one_of(launch, server->stay)) return Leaves::no;
    if (!server->leave.empty()) return has_one_of(launch, server->leave) ? Leaves::yes : Leaves::no;
    return all_known(launch) ? Leaves::perhaps : Leaves::no;
}

}  // namespace hf::diagnose
