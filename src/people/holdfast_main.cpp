// SPDX-License-Identifier: MIT
// holdfast COMMAND ...: the command line, taken apart. What each command does is in its own file.
#include <CLI/CLI.hpp>
#include <array>

#include "people/commands.h"
#include "people/suggest.h"
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
        add_why();
        add_status();
        add_orders();
        add_wait();
    }

    int run(const Args& args) {
        std::vector<std::string> words(args.rbegin(), args.rend());  // CLI11 takes them reversed
        try {
            app_.parse(words);
        } catch (const CLI::ParseError& error) {
            return explain(error, args);
        }
        return command_();
    }

  private:
    // Every command has --folder.
    CLI::App* command(const char* name, const char* what, Where& where) {
        CLI::App* sub = app_.add_subcommand(name, what);
        sub->add_option("--folder", where.folder,
                        "the service folder (else $SVDIR, /service or /etc/service)")
            ->type_name("DIR");
        return sub;
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
            ->type_name("NAME");
        sub->add_option("--port", why_.port, "the port that it should listen on")->type_name("P");
        sub->add_flag("--json", why_.where.json, "write JSON (doc/why.schema.json)");
    }

    void add_status() {
        CLI::App* sub = command("status", "show how services are", status_.where);
        add_names(sub, status_.names);
        sub->add_flag("--json", status_.where.json, "write JSON (doc/status.schema.json)");
        sub->add_flag("-w,--watch", status_.watch, "show it again every second");
        sub->callback([this] { command_ = [this] { return status_command(status_); }; });
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
            sub->add_option("--wait", order_.patience, "how long to wait until it is so (30)")
                ->expected(0, 1)
                ->type_name("SECONDS");
            if (name == "stop" || name == "restart")
                sub->add_flag("--force", order_.force, "kill what has not ended by then");
            sub->callback([this, name] {
                order_.verb = name;
                command_ = [this] { return order_command(order_); };
            });
        }
    }

    void add_wait() {
        CLI::App* sub =
            command("wait", "wait until services are up, down, ready or dead", wait_.where);
        sub->add_option("goal", wait_.goal, "up, down, ready or dead")
            ->required()
            ->check(CLI::IsMember({"up", "down", "ready", "dead"}));
        sub->add_option("name", wait_.names, "services, directories, patterns such as web*")
            ->required()
            ->type_name("NAME");
        sub->add_option("--timeout", wait_.patience, "how long at most (for ever)")
            ->type_name("SECONDS");
        sub->callback([this] { command_ = [this] { return wait_command(wait_); }; });
    }

    void add_names(CLI::App* sub, std::vector<std::string>& names) {
        sub->add_option("name", names, "services, directories, patterns such as web*")
            ->type_name("NAME");
    }

    int explain(const CLI::ParseError& error, const Args& args) {
        if (error.get_exit_code() == 0) {
            app_.exit(error);
            return 0;
        }
        std::string line = "holdfast: " + std::string(error.what());
        std::vector<std::string> names;
        for (const CLI::App* sub : app_.get_subcommands({})) names.push_back(sub->get_name());
        bool is_command = args.empty() || args[0][0] == '-' ||
                          std::find(names.begin(), names.end(), args[0]) != names.end();
        if (args.empty()) line = "holdfast: a command is missing";
        if (!is_command) {
            line = "holdfast: there is no command " + std::string(args[0]);
            std::string meant = suggestion(args[0], names);
            if (!meant.empty()) line += "; did you mean: holdfast " + meant;
        }
        throw Usage{line + "\nholdfast --help lists what there is"};
    }

    CLI::App app_;
    std::function<int()> command_;
    WhyOptions why_;
    StatusOptions status_;
    OrderOptions order_;
    WaitOptions wait_;
};

}  // namespace

int hf::run(const Args& args) {
    return CommandLine().run(args);
}
