// SPDX-License-Identifier: MIT
// holdfast COMMAND ...: the command line, taken apart. What each command does is in its own file.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "people/arguments.h"
#include "people/commands.h"
#include "people/complete.h"
#include "people/recipe.h"
#include "people/suggest.h"
#include "sys/fd.h"
#include "tools/tool.h"

namespace {

using namespace hf;
using namespace hf::people;

class CommandLine {
  public:
    CommandLine()
        : app_("Keeps programs running as services, and says why one does not.", "holdfast") {
        app_.set_version_flag("--version", "holdfast " HF_VERSION);
        app_.require_subcommand(1);
        app_.footer("`holdfast COMMAND --help` tells more; so does `man holdfast`.");
        add_folder(&app_);
        add_add();
        add_remove();
        add_orders();
        add_status();
        add_top();
        add_why();
        add_logs();
        add_events();
        add_wait();
        add_help();
    }

    int run(const Args& args) {
        std::vector<std::string> words(args.rbegin(), args.rend());  // CLI11 takes them reversed
        try {
            app_.parse(words);
        } catch (const CLI::ParseError& error) {
            return explain(error, args);
        }
        for (Where* each : wheres_) each->folder = folder_;
        return command_();
    }

  private:
    // Every command has --folder, and so has the line before the command.
    CLI::App* command(const char* name, const char* what, Where& where) {
        CLI::App* sub = app_.add_subcommand(name, what);
        add_folder(sub);
        wheres_.push_back(&where);
        return sub;
    }

    void add_folder(CLI::App* app) {
        app->add_option("--folder", folder_,
                        "the service folder (else $SVDIR, /service or /etc/service)")
            ->type_name("DIR");
    }

    void add_why() {
        CLI::App* sub =
            command("why", "say why a service is not up, or does not answer", why_.where);
        add_why_options(sub);
        sub->callback([this] { command_ = [this] { return why_command(why_); }; });
        sub = command("check", "look at a service before it is started", why_.where);
        add_why_options(sub);
        sub->callback([this] { command_ = [this] { return check_command(why_); }; });
    }

    void add_why_options(CLI::App* sub) {
        sub->add_option("name", why_.name, "a service, or a directory")
            ->required()
            ->check(wrong_name)
            ->type_name("NAME");
        sub->add_option("--port", why_.port, "the port that it should listen on")
            ->check(wrong_port)
            ->type_name("P");
        sub->add_flag("--json", why_.where.json, "write JSON (doc/why.schema.json)");
    }

    void add_status() {
        CLI::App* sub = command("status", "show how services are", status_.where);
        add_names(sub, status_.names);
        sub->add_flag("--json", status_.where.json, "write JSON (doc/status.schema.json)");
        sub->add_flag("-w,--watch", status_.watch, "show it again every second");
        sub->callback([this] { command_ = [this] { return status_command(status_); }; });
    }

    void add_top() {
        CLI::App* sub = command("top", "a full-screen view, with keys for orders", top_);
        sub->callback([this] { command_ = [this] { return top_command(top_); }; });
    }

    void add_orders() {
        struct Verb {
            const char* name;
            const char* what;
        };
        constexpr std::array verbs{
            Verb{"start", "start services, and keep them up (svc -u)"},
            Verb{"stop", "stop services, and keep them down (svc -d)"},
            Verb{"restart", "end services; they are started again (svc -t)"},
            Verb{"reload", "tell services to read their settings again (svc -h)"},
            Verb{"signal", "send a signal to services"},
            Verb{"pause", "let services do nothing for a while (svc -p)"},
            Verb{"continue", "let paused services go on (svc -c)"},
            Verb{"once", "start services, and let them be when they end (svc -o)"},
        };
        for (const Verb& verb : verbs) {
            CLI::App* sub = command(verb.name, verb.what, order_.where);
            std::string name = verb.name;
            if (name == "signal")
                sub->add_option("signal", order_.signal, "HUP, TERM, USR1 ...")
                    ->required()
                    ->type_name("SIGNAL");
            add_names(sub, order_.names);
            sub->add_flag("--all", order_.all, "every service of the folder");
            // `--wait` alone means the usual time, where CLI11 would read a number as 0.
            sub->add_option("--wait", wait_text_, "how long to wait until it is so (30)")
                ->expected(0, 1)
                ->check(wrong_seconds_if_any)
                ->type_name("SECONDS");
            if (name == "stop" || name == "restart")
                sub->add_flag("--force", order_.force, "kill what has not ended by then");
            sub->callback([this, name] {
                order_.verb = name;
                if (!wait_text_.empty()) order_.patience = std::stod(wait_text_);
                command_ = [this] { return order_command(order_); };
            });
        }
    }

    void add_wait() {
        CLI::App* sub =
            command("wait", "wait until services are up, down, ready or dead", wait_.where);
        sub->add_option("goal", wait_.goal, "up, down, ready or dead")
            ->required()
            ->check(CLI::IsMember({"up", "down", "ready", "dead"}))
            ->type_name("GOAL");
        sub->add_option("name", wait_.names, "services, directories, patterns such as web*")
            ->required()
            ->check(wrong_name)
            ->type_name("NAME");
        sub->add_option("--port", wait_.port, "ready: when it listens there (else as run says)")
            ->check(wrong_port)
            ->type_name("P");
        sub->add_option("--timeout", wait_.patience, "how long at most (for ever)")
            ->check(wrong_seconds)
            ->type_name("SECONDS");
        sub->callback([this] { command_ = [this] { return wait_command(wait_); }; });
    }

    void add_add() {
        CLI::App* sub = command("add", "make a service of a command, and start it", add_.where);
        sub->add_option("name", add_.name, "what it shall be called")
            ->required()
            ->check(wrong_name)
            ->type_name("NAME");
        sub->add_option("--user", add_.user, "whom it runs as: www-data ...")->type_name("USER");
        sub->add_option("--dir", add_.directory, "where it is made (/srv/NAME)")->type_name("DIR");
        sub->add_option("--env", add_.environment, "a setting for it; may be repeated")
            ->type_name("NAME=VALUE")
            ->expected(1)
            ->take_all()
            ->allow_extra_args(false);  // the next word is not its
        sub->add_option("--env-dir", add_.env_dir, "a directory of settings, a file each")
            ->type_name("DIR");
        sub->add_option("--memory", add_.memory, "how much it may use: 256M")->type_name("SIZE");
        sub->add_option("--port", add_.port, "the port that it listens on (PORT in its settings)")
            ->check(wrong_port)
            ->type_name("P");
        sub->add_option("--like", add_.like, "start it as servers of this kind are started")
            ->check(CLI::IsMember(recipe_names()))
            ->type_name("KIND");
        sub->add_flag("--no-log", add_.no_log, "do not keep what it prints");
        sub->add_flag("--down", add_.down, "do not start it by itself");
        sub->add_flag("-n,--dry-run", add_.dry_run, "only show what would be made");
        sub->add_option("--wait", add_.patience, "how long to wait until it runs (15)")
            ->check(wrong_seconds)
            ->type_name("SECONDS");
        sub->add_option("command", add_.command, "-- COMMAND ARGUMENT...")->type_name("COMMAND");
        sub->callback([this] { command_ = [this] { return add_command(add_); }; });
    }

    void add_remove() {
        CLI::App* sub = command("remove", "unlink a service and end it for good", remove_.where);
        sub->add_option("name", remove_.name, "a service")
            ->required()
            ->check(wrong_name)
            ->type_name("NAME");
        sub->add_flag("--purge", remove_.purge, "delete its directory, too, with its logs");
        sub->add_option("--wait", remove_.patience, "how long to wait until it has ended (30)")
            ->check(wrong_seconds)
            ->type_name("SECONDS");
        sub->callback([this] { command_ = [this] { return remove_command(remove_); }; });
    }

    void add_logs() {
        CLI::App* sub = command("logs", "show what services have printed", logs_.where);
        sub->add_option("name", logs_.names, "services, directories, patterns such as web*")
            ->required()
            ->check(wrong_name)
            ->type_name("NAME");
        sub->add_flag("-f,--follow", logs_.follow, "go on as they print more");
        auto* lines = sub->add_option("-n,--lines", logs_.lines, "the last N lines (20)");
        lines->check(wrong_count)->type_name("N");
        sub->add_option("--since", logs_.since, "from then on: 10m, 2h, 14:30, 2026-01-31 14:30")
            ->type_name("TIME");
        sub->add_option("--until", logs_.until, "and no further")->type_name("TIME");
        sub->add_option("--grep", logs_.pattern, "only lines that match")->type_name("REGEX");
        sub->add_flag("--utc", logs_.utc, "times in UTC instead of local ones");
        sub->add_flag("--raw", logs_.raw, "lines as they are in the files");
        sub->callback([this, lines] {
            logs_.lines_given = lines->count() > 0;
            command_ = [this] { return logs_command(logs_); };
        });
    }

    void add_events() {
        CLI::App* sub =
            command("events", "show starts, deaths and orders, and who gave them", events_.where);
        add_names(sub, events_.names);
        sub->add_flag("-f,--follow", events_.follow, "go on as more happens");
        sub->add_option("-n,--lines", events_.lines, "the last N events (all that are kept)")
            ->check(wrong_count)
            ->type_name("N");
        sub->add_option("--since", events_.since, "from then on: 10m, 2h, 14:30, 2026-01-31 14:30")
            ->type_name("TIME");
        sub->add_option("--until", events_.until, "and no further")->type_name("TIME");
        sub->add_flag("--utc", events_.utc, "times in UTC instead of local ones");
        sub->add_flag("--json", events_.where.json,
                      "write a JSON object a line (doc/events.schema.json)");
        sub->callback([this] { command_ = [this] { return events_command(events_); }; });
    }

    void add_help() {
        CLI::App* sub = app_.add_subcommand("help", "tell about a command");
        sub->add_option("command", topic_, "which")->type_name("COMMAND");
        sub->callback([this] { command_ = [this] { return help(); }; });
        sub = app_.add_subcommand("completion", "print what a shell needs to complete words");
        sub->add_option("shell", completion_.shell, "bash, zsh or fish")
            ->required()
            ->check(CLI::IsMember({"bash", "zsh", "fish"}))
            ->type_name("SHELL");
        sub->callback([this] { command_ = [this] { return completion_command(completion_); }; });
        sub = app_.add_subcommand("complete", "what could stand at the end of a line");
        sub->group("");  // for the shells, not for people
        sub->add_option("words", typed_, "the words so far, the last one unfinished");
        sub->callback([this] { command_ = [this] { return complete_words(); }; });
        sub = command("names", "the names of all services, a line each", names_);
        sub->callback([this] { command_ = [this] { return names_command(names_); }; });
    }

    int complete_words() {
        std::string text;
        for (const Candidate& each : complete(app_, typed_))
            text += each.word + (each.about.empty() ? "" : "\t" + each.about) + "\n";
        return print(text);
    }

    int help() {
        if (topic_.empty()) return print(app_.help());
        for (const CLI::App* sub : app_.get_subcommands({})) {
            if (sub->get_name() == topic_) return print(sub->help("holdfast"));
        }
        return unknown(topic_);
    }

    static int print(const std::string& text) {
        sys::write_all(STDOUT_FILENO, text);
        return 0;
    }

    void add_names(CLI::App* sub, std::vector<std::string>& names) {
        sub->add_option("name", names, "services, directories, patterns such as web*")
            ->check(wrong_name)
            ->type_name("NAME");
    }

    int explain(const CLI::ParseError& error, const Args& args) {
        if (error.get_exit_code() == 0) return app_.exit(error);
        std::string word = command_word(args);
        if (word.empty()) throw Usage{"holdfast: a command is missing" + advice()};
        if (word.starts_with('-')) throw Usage{"holdfast: there is no option " + word + advice()};
        if (!is_command(word)) return unknown(word);
        throw Usage{"holdfast " + word + ": " + error.what() + "\nholdfast help " + word +
                    " tells how it is used"};
    }

    // The word that should be a command: the first one behind --folder.
    static std::string command_word(const Args& args) {
        for (size_t i = 0; i < args.size(); ++i) {
            std::string word = args[i];
            if (word == "--folder")
                ++i;
            else if (!word.starts_with("--folder="))
                return word;
        }
        return "";
    }

    std::vector<std::string> commands() const {
        std::vector<std::string> names;
        for (const CLI::App* sub : app_.get_subcommands({})) names.push_back(sub->get_name());
        return names;
    }

    bool is_command(const std::string& word) const {
        auto names = commands();
        return std::find(names.begin(), names.end(), word) != names.end();
    }

    int unknown(const std::string& word) const {
        std::string meant = suggestion(word, commands());
        throw Usage{"holdfast: there is no command " + word +
                    (meant.empty() ? "" : "; did you mean: holdfast " + meant) + advice()};
    }

    static std::string advice() { return "\nholdfast --help lists what there is"; }

    CLI::App app_;
    std::function<int()> command_;
    std::string folder_;
    std::vector<Where*> wheres_;
    WhyOptions why_;
    StatusOptions status_;
    OrderOptions order_;
    WaitOptions wait_;
    AddOptions add_;
    RemoveOptions remove_;
    LogsOptions logs_;
    EventsOptions events_;
    CompletionOptions completion_;
    Where names_;
    Where top_;
    std::string topic_;
    std::vector<std::string> typed_;
    std::string wait_text_;
};

}  // namespace

int hf::run(const Args& args) {
    return CommandLine().run(args);
}
