package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked // what is null here fails the test
class ProtectMetricsTest {
    private final Map<String, Object> metrics = new TreeMap<>();

    /** Keeps what is registered, by its full name. */
    private final class Names extends UnregisteredMetricsGroup {
        private final String prefix;

        Names(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public MetricGroup addGroup(String name) {
            return new Names(prefix + name + ".");
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return new Names(prefix + key + "." + value + ".");
        }

        @Override
        public Counter counter(String name) {
            Counter counter = super.counter(name);
            metrics.put(prefix + name, counter);
            return counter;
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            metrics.put(prefix + name, gauge);
            return gauge;
        }
    }

    @Test
    void tellTheAgeAndUseOfKeysUnderNamesThatAreKnownBeforehand(@TempDir Path folder) {
        try (World world = new World(TestKeys.in(folder))) { // its key is due: a job of another test would replace it
            world.agedKey("encrypt.measured");
            world.fields.ring().envelopes().edition();

            new ProtectMetrics(new Names(""), world.fields.ring().envelopes(), World.policy(0));

            assertThat(metrics.keySet())
                    .contains("sluice.recordsDecided", "sluice.envelopeKeyAgeSeconds", "sluice.envelopeKeyUses")
                    .allSatisfy(name -> assertThat(name).matches("sluice(\\.reason\\.[a-z-]+)?\\.[A-Za-z]+"));
            assertThat(value("sluice.envelopeKeyAgeSeconds")).isNotNegative();
            assertThat(value("sluice.envelopeKeyUses")).isNotNegative();
        }
    }

    private long value(String gauge) {
        return (Long) ((Gauge<?>) metrics.get(gauge)).getValue();
    }
}
