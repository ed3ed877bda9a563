package io.sluice.cli.stack;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.jobs.Checkpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.client.deployment.executors.LocalExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * One Flink job on a {@link ClosedMiniCluster} of its own in this JVM, resumed from the newest checkpoint of its folder.
 * A job that fails is started again, after growing pauses, for as long as it takes. Thread-safe.
 */
public final class JobRunner implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    private final String name;
    private final ClosedMiniCluster cluster;
    private final JobClient client;
    private final CompletableFuture<JobExecutionResult> result;

    private JobRunner(String name, ClosedMiniCluster cluster, JobClient client) {
        this.name = name;
        this.cluster = cluster;
        this.client = client;
        this.result = client.getJobExecutionResult();
    }

    /**
     * Starts a job and returns when it is submitted.
     *
     * @param name what it is called in logs
     * @param checkpoints its folder; one job's alone
     * @param parallelism of the environment that the topology is built in
     * @param topology builds the job
     */
    public static JobRunner start(
            String name, Path checkpoints, int parallelism, Consumer<StreamExecutionEnvironment> topology) {
        AtomicReference<ClosedMiniCluster> cluster = new AtomicReference<>();
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(
                new OneExecutor(cluster), configuration(checkpoints, parallelism), JobRunner.class.getClassLoader());
        topology.accept(env);
        try {
            JobClient client = env.executeAsync(name);
            return new JobRunner(name, requireNonNull(cluster.get(), "a job that runs has a cluster"), client);
        } catch (Exception e) {
            throw new CommandFailure("The job " + name + " does not start", e);
        }
    }

    private static Configuration configuration(Path checkpoints, int parallelism) {
        Configuration configuration = new Configuration();
        configuration.set(DeploymentOptions.TARGET, LocalExecutor.NAME);
        configuration.set(DeploymentOptions.ATTACHED, true);
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        ClosedMiniCluster.onLoopback(configuration);
        Checkpoints.configure(configuration, checkpoints);
        JobBeans.configure(configuration);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, FIRST_PAUSE);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, LONGEST_PAUSE);
        return configuration;
    }

    /** What it is called. */
    public String name() {
        return name;
    }

    /** Whether it runs, or is on its way to. */
    public boolean alive() {
        return !result.isDone();
    }

    /** Why it ended; empty while it is alive and after it was cancelled. */
    public Optional<Throwable> failure() {
        return result.isCompletedExceptionally() && !result.isCancelled()
                ? Optional.of(result.handle(
                                (ended, failure) -> failure instanceof CompletionException && failure.getCause() != null
                                        ? failure.getCause()
                                        : failure)
                        .join())
                : Optional.empty();
    }

    /** Waits for its end. @throws CommandFailure if it failed */
    public void await() throws InterruptedException {
        try {
            result.get();
        } catch (ExecutionException e) {
            throw new CommandFailure("The job " + name + " failed", e.getCause());
        }
    }

    /**
     * Cancels it and waits until its tasks have let go of what they hold, so that what they need (Kafka) may be closed after
     * it. Its last checkpoint stays, and the next start goes on from there.
     */
    @Override
    public void close() {
        try {
            if (alive()) {
                client.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                result.handle((ended, failure) -> ended).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            cluster.closeAsync().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // It may have ended by itself; either way the checkpoint is what counts.
            org.slf4j.LoggerFactory.getLogger(JobRunner.class).warn("job {} was not cancelled in time", name, e);
        }
    }

    /** Gives the environment a local executor whose cluster is closed, and tells which cluster it made. */
    private record OneExecutor(AtomicReference<ClosedMiniCluster> cluster)
            implements PipelineExecutorServiceLoader, PipelineExecutorFactory {
        @Override
        public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
            return this;
        }

        @Override
        public Stream<String> getExecutorNames() {
            return Stream.of(getName());
        }

        @Override
        public String getName() {
            return LocalExecutor.NAME;
        }

        @Override
        public boolean isCompatibleWith(Configuration configuration) {
            return true;
        }

        @Override
        public PipelineExecutor getExecutor(Configuration configuration) {
            return LocalExecutor.createWithFactory(configuration, settings -> {
                ClosedMiniCluster made = new ClosedMiniCluster(settings);
                cluster.set(made);
                return made;
            });
        }
    }
}
