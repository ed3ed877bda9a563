package io.sluice.cli.stack;

import io.sluice.cli.CommandFailure;
import io.sluice.jobs.Checkpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One Flink job on a MiniCluster of its own in this JVM, resumed from the newest checkpoint of its folder. */
public final class JobRunner implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final JobClient client;

    private JobRunner(String name, JobClient client) {
        this.name = name;
        this.client = client;
    }

    /** Starts a job and returns when it is submitted. */
    public static JobRunner start(
            String name, Path checkpoints, int parallelism, Consumer<StreamExecutionEnvironment> topology) {
        Configuration configuration = new Configuration();
        Checkpoints.configure(configuration, checkpoints);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(500));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(20));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        topology.accept(env);
        try {
            return new JobRunner(name, env.executeAsync(name));
        } catch (Exception e) {
            throw new CommandFailure("The job " + name + " does not start", e);
        }
    }

    /** Whether it runs, or is on its way to. */
    public boolean alive() {
        return !status().isGloballyTerminalState();
    }

    private JobStatus status() {
        try {
            return client.getJobStatus().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while asking for the job " + name, e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new CommandFailure("The job " + name + " does not answer", e);
        }
    }

    /** Waits for its end. */
    public void await() throws InterruptedException {
        try {
            client.getJobExecutionResult().get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CommandFailure("The job " + name + " failed", e.getCause());
        }
    }

    /** Cancels it; its last checkpoint stays, and the next start goes on from there. */
    @Override
    public void close() {
        try {
            client.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            // It may have ended by itself; either way the checkpoint is what counts.
            org.slf4j.LoggerFactory.getLogger(JobRunner.class).warn("job {} was not cancelled in time", name, e);
        }
    }
}
