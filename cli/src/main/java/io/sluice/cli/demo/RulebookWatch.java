package io.sluice.cli.demo;

import io.sluice.cli.stack.EmbeddedStack;
import io.sluice.policies.PolicyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Watches the rulebook folder and activates what changes, with development keys, from the moment it is made until it is
 * closed. A change counts when two looks in a row find the same files, so a file is not read while it is being written.
 * Only the demo does that; in production a revision is approved by people.
 */
public final class RulebookWatch implements AutoCloseable {
    private static final long PERIOD_MS = 300;
    private static final long CLOSE_LIMIT_SECONDS = 30;

    private final Path rulebook;
    private final EmbeddedStack stack;
    private final Consumer<String> say;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rulebook-watch");
        thread.setDaemon(true);
        return thread;
    });
    // Confined to the timer's thread.
    private OptionalLong seen = OptionalLong.empty();
    private OptionalLong activated;

    /**
     * Starts to watch.
     *
     * @param before the folder's {@link #fingerprint} before the stack read it, so that no edit since then is missed
     * @param say told what was activated, and what was refused with file, line and fix
     */
    public RulebookWatch(Path rulebook, OptionalLong before, EmbeddedStack stack, Consumer<String> say) {
        this.rulebook = rulebook;
        this.activated = before;
        this.stack = stack;
        this.say = say;
        var unused = timer.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        OptionalLong now = fingerprint(rulebook);
        boolean settled = now.isPresent() && now.equals(seen);
        seen = now;
        if (settled && !now.equals(activated)) {
            activated = now;
            activate();
        }
    }

    private void activate() {
        try {
            stack.activate()
                    .ifPresent(activation -> say.accept("rulebook: revision " + activation.revision()
                            + " is in force (activation " + activation.number() + ", signed with DEVELOPMENT keys)"));
        } catch (PolicyException e) {
            say.accept("rulebook: the change is refused, revision " + stack.revision() + " stays in force:\n"
                    + e.getMessage());
        } catch (RuntimeException e) {
            say.accept("rulebook: the change could not be activated, revision " + stack.revision() + " stays in force: "
                    + e.getMessage());
        }
    }

    /** A number that changes when a file is added, removed or written; empty where the folder cannot be read now. */
    public static OptionalLong fingerprint(Path rulebook) {
        try (Stream<Path> files = Files.walk(rulebook)) {
            long sum = 17;
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                sum = sum * 31 + file.toString().hashCode();
                sum = sum * 31 + Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
                sum = sum * 31 + Files.size(file);
            }
            return OptionalLong.of(sum);
        } catch (IOException | UncheckedIOException e) {
            return OptionalLong.empty(); // a file vanished while we looked: the next look sees the result
        }
    }

    /** Ends, after an activation under way has ended. */
    @Override
    public void close() {
        timer.shutdown(); // cancels the looks to come
        try {
            timer.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
