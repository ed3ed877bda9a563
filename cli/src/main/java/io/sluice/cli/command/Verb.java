package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every verb has: its streams, its terminal and the configuration. */
abstract class Verb implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    final CommandSpec spec() {
        return requireNonNull(spec, "spec is null");
    }

    final PrintWriter out() {
        return spec().commandLine().getOut();
    }

    final PrintWriter err() {
        return spec().commandLine().getErr();
    }

    final Terminal terminal() {
        return root().terminal();
    }

    final SluiceConfig config() {
        return root().config();
    }

    private SluiceCommand root() {
        return (SluiceCommand) spec().root().userObject();
    }
}
