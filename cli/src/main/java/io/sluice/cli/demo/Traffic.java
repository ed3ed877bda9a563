package io.sluice.cli.demo;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.client.Answer;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.client.IngestClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Posts what a run has to post: each sender with its own certificate, a subject's posts in their order, and never more in
 * flight than there are lanes. Used by one thread.
 */
final class Traffic {
    private static final int LANES = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Map<DevIdentity, IngestClient> clients = new EnumMap<>(DevIdentity.class);
    private final PkiFiles pki;
    private final URI gateway;

    Traffic(PkiFiles pki, URI gateway) {
        this.pki = pki;
        this.gateway = gateway;
    }

    /**
     * Posts all and returns the tally.
     *
     * @param progress told how many are done
     * @throws CommandFailure if the gateway stays away or at its limit for longer than a minute
     */
    Tally run(List<Post> posts, LongConsumer progress) throws InterruptedException {
        List<List<Post>> lanes = lanes(posts);
        posts.forEach(post -> clients.computeIfAbsent(post.sender(), this::client));
        Tally tally = new Tally();
        AtomicLong done = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(LANES, Traffic::thread);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (List<Post> lane : lanes) {
                running.add(threads.submit(() -> {
                    for (Post post : lane) {
                        tally.add(post, send(post));
                        progress.accept(done.incrementAndGet());
                    }
                    return null;
                }));
            }
            for (Future<?> lane : running) {
                lane.get();
            }
            return tally;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private Answer send(Post post) throws InterruptedException {
        IngestClient client = clients.get(post.sender());
        if (client == null) {
            throw new IllegalStateException("Every sender has a client");
        }
        Answer answer = client.post(post.path(), post.headers(), post.body());
        if (answer.status() >= 500 || answer.retryable()) {
            throw new CommandFailure("the gateway at " + gateway + " answers " + answer.status() + " " + answer.code()
                    + " for longer than " + PATIENCE.toSeconds() + " s");
        }
        return answer;
    }

    private static List<List<Post>> lanes(List<Post> posts) {
        List<List<Post>> lanes = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            lanes.add(new ArrayList<>());
        }
        posts.forEach(
                post -> lanes.get(Math.floorMod(post.lane().hashCode(), LANES)).add(post));
        return lanes;
    }

    private IngestClient client(DevIdentity sender) {
        var files = pki.identity(sender);
        return new IngestClient(gateway, new ClientIdentity(files.chain(), files.key(), pki.trust()), PATIENCE);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "demo-producer");
        thread.setDaemon(true);
        return thread;
    }
}
