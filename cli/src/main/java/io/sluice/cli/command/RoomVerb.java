package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Logging;
import io.sluice.cli.room.RunningRoom;
import io.sluice.cli.room.StopSignal;
import java.time.Duration;
import picocli.CommandLine.Option;

/** A verb that runs a room until SIGTERM or Ctrl-C, and says on standard output how it is doing. */
abstract class RoomVerb extends Verb {
    private static final Duration LOOK = Duration.ofMillis(200);

    @Option(
            names = "--log",
            paramLabel = "FORMAT",
            description =
                    "How logs are written to standard error: text for people, json for programs, one object a line."
                            + " Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Format log = Format.text;

    /** Starts the room. @throws io.sluice.cli.CommandFailure naming the setting at fault */
    abstract RunningRoom start(SluiceConfig config);

    @Override
    public final Integer call() throws InterruptedException {
        Logging.toStandardError(log);
        SluiceConfig config = config();
        RunningRoom started = start(config);
        try (StopSignal stop = StopSignal.listen(started.stopLimit(), System.err)) {
            try (RunningRoom room = started) {
                untilStopped(room, stop);
                say("stopping");
            }
        }
        say("stopped");
        return ExitCode.OK;
    }

    private void untilStopped(RunningRoom room, StopSignal stop) throws InterruptedException {
        room.addresses().forEach(this::say);
        String said = "";
        while (!stop.await(LOOK)) {
            String state = room.state();
            if (!state.equals(said)) {
                say(state);
                said = state;
            }
        }
    }

    private void say(String what) {
        out().println(spec().qualifiedName(" ").replaceFirst("^sluice ", "") + ": " + what);
        out().flush();
    }
}
