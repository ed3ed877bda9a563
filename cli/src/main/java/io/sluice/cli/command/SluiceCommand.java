package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.BenchSubcommand;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Terminal;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code sluice} command itself: the options that every verb takes. One instance serves one command line. */
@Command(
        name = "sluice",
        description = "A gateway for event streams that carry personal and health data.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:done", "1:a finding or a failure", "2:the command line was wrong"},
        subcommands = {
            DemoCommand.class,
            TestCommand.class,
            GatewayCommand.class,
            JobCommand.class,
            AuditCommand.class,
            PolicyCommand.class,
            ClusterCommand.class,
            KeysCommand.class,
            CertsCommand.class,
            BenchCommand.class,
            ConfigCommand.class,
            CompletionCommand.class
        })
public final class SluiceCommand implements Runnable {
    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Settings of all rooms. Default: $SLUICE_CONFIG, else sluice.yaml here if there is one.")
    private @Nullable Path configFile;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show stack traces. SLUICE_DEBUG=1 does the same.")
    private boolean verbose;

    private SluiceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command line parser with all verbs. */
    public static CommandLine commandLine(Terminal terminal) {
        CommandLine commandLine = new CommandLine(new SluiceCommand(terminal));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        CommandLine bench = requireNonNull(commandLine.getSubcommands().get("bench"), "bench is null");
        ServiceLoader.load(BenchSubcommand.class).forEach(bench::addSubcommand);
        return commandLine;
    }

    @Override
    public void run() {
        CommandSpec present = requireNonNull(spec, "spec is null");
        throw new ParameterException(present.commandLine(), "Missing command");
    }

    /** Whether stack traces are wanted. */
    public boolean verbose() {
        return verbose;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Reads the configuration. @throws io.sluice.cli.config.ConfigException if it is not accepted */
    SluiceConfig config() {
        return new ConfigReader().readOrDefault(configFile, Path.of(""));
    }
}
