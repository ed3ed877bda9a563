package io.sluice.cli.demo;

import io.sluice.cli.stack.EmbeddedStack;
import io.sluice.policies.PolicyException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Watches the rulebook folder and activates what changes, with development keys. Only the demo does that; in production a
 * revision is approved by people.
 */
final class RulebookWatch implements AutoCloseable {
    private static final long PERIOD_MS = 500;

    private final Path rulebook;
    private final EmbeddedStack stack;
    private final PrintStream err;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rulebook-watch");
        thread.setDaemon(true);
        return thread;
    });
    private long seen;

    RulebookWatch(Path rulebook, EmbeddedStack stack, PrintStream err) {
        this.rulebook = rulebook;
        this.stack = stack;
        this.err = err;
        this.seen = fingerprint();
        var unused = timer.scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = fingerprint();
        if (now == seen) {
            return;
        }
        seen = now;
        try {
            stack.activate()
                    .ifPresent(activation -> err.println("rulebook: revision " + activation.revision()
                            + " is in force (activation " + activation.number() + ", signed with DEVELOPMENT keys)"));
        } catch (PolicyException e) {
            err.println("rulebook: the change is refused, revision " + stack.revision() + " stays in force:\n"
                    + e.getMessage());
        } catch (RuntimeException e) {
            err.println("rulebook: the change could not be activated, revision " + stack.revision()
                    + " stays in force: " + e.getMessage());
        }
    }

    /** Changes when a file is added, removed or written. */
    private long fingerprint() {
        try (Stream<Path> files = Files.walk(rulebook)) {
            long sum = 17;
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                sum = sum * 31 + file.toString().hashCode();
                sum = sum * 31 + Files.getLastModifiedTime(file).toMillis();
                sum = sum * 31 + Files.size(file);
            }
            return sum;
        } catch (IOException | UncheckedIOException e) {
            return seen; // a file vanished while we looked: the next look sees the result
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
