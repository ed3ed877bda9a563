package io.sluice.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a job runs nobody may submit another one: that would be code beside the keys. */
class JobRunnerIT {
    private static final String WILDCARD = "0+:[0-9A-F]{4}";
    private static final ObjectName PASSED = bean("io.sluice:job=endless,subtask=0,name=passed");

    @TempDir
    Path scratch;

    @Test
    void nothingListensBeyondLoopbackAndRestServesNothing() throws Exception {
        Set<String> before = listening();
        try (JobRunner job = JobRunner.start("endless", scratch, 1, JobRunnerIT::endless)) {
            Set<String> opened = new HashSet<>(listening());
            opened.removeAll(before);

            assertThat(job.alive()).isTrue();
            assertThat(job.failure()).isEmpty();
            assertThat(opened)
                    .as("Flink's ports: REST and blobs")
                    .isNotEmpty()
                    .noneMatch(address -> address.matches(WILDCARD));
            int asked = 0;
            for (String address : opened) {
                asked += asksInVain(Integer.parseInt(address.substring(address.indexOf(':') + 1), 16)) ? 1 : 0;
            }
            assertThat(asked).as("the REST port is among them").isEqualTo(1);
            await("what it counts can be read").atMost(Duration.ofMinutes(1)).until(() -> {
                MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
                return beans.isRegistered(PASSED) && (Long) beans.getAttribute(PASSED, "Value") > 0;
            });
            assertThat(ManagementFactory.getPlatformMBeanServer()
                            .queryNames(new ObjectName("io.sluice:job=endless,*"), null))
                    .as("nothing of Flink's own")
                    .containsExactly(PASSED);
        }
        assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(PASSED))
                .isFalse();
    }

    @Test
    void aJobThatIsClosedHasLetGo() throws Exception {
        Set<String> before = listening();
        JobRunner job = JobRunner.start("endless", scratch, 1, JobRunnerIT::endless);
        await().until(() -> job.alive());

        job.close();

        assertThat(job.alive()).isFalse();
        assertThat(listening()).isSubsetOf(before);
    }

    private static ObjectName bean(String name) {
        try {
            return new ObjectName(name);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void endless(StreamExecutionEnvironment env) {
        env.fromSequence(0, Long.MAX_VALUE).map(new Counting()).sinkTo(new DiscardingSink<>());
    }

    /** Counts what passes, as Sluice's jobs count. */
    private static final class Counting extends RichMapFunction<Long, Long> {
        private static final long serialVersionUID = 1;
        private transient @Nullable Counter passed;

        @Override
        public void open(OpenContext context) {
            passed = getRuntimeContext().getMetricGroup().addGroup("sluice").counter("passed");
        }

        @Override
        public Long map(Long number) {
            if (passed != null) {
                passed.inc();
            }
            return number;
        }
    }

    /** False where the port speaks no HTTP. */
    private static boolean asksInVain(int port) throws InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        for (String request : List.of(
                "GET /jobs",
                "GET /jobs/overview",
                "GET /config",
                "POST /jars/upload",
                "POST /jobs",
                "PATCH /jobs/00000000000000000000000000000000?mode=cancel",
                "DELETE /cluster",
                "GET /taskmanagers",
                "GET /")) {
            String[] parts = request.split(" ");
            try {
                int status = http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + parts[1]))
                                        .method(parts[0], BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode();
                assertThat(status).as(request).isEqualTo(404);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** {@code address:port} in hexadecimal of every socket on which this process listens, as Linux tells it. */
    private static Set<String> listening() throws IOException {
        Set<String> own = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    own.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        Set<String> listening = new HashSet<>();
        for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns[3].equals("0A") && own.contains("socket:[" + columns[9] + "]")) {
                    listening.add(columns[1]);
                }
            }
        }
        return listening;
    }
}
