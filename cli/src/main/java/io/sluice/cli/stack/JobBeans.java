package io.sluice.cli.stack;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Sluice's jobs count, as management beans of this JVM: {@code io.sluice:job=sluice-protect,subtask=0,name=…} with the
 * attribute {@code Value}. Metrics that Flink keeps of itself are left out. Thread-safe.
 */
public final class JobBeans implements MetricReporter, MetricReporterFactory {
    private static final Logger LOG = LoggerFactory.getLogger(JobBeans.class);
    private static final String DOMAIN = "io.sluice";
    private static final String OWN_GROUP = "sluice";
    private static final String REPORTER = "beans";

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    /** Of the metrics that have a bean; a restarted task's come before those of the task before have gone. */
    private final Map<ObjectName, Metric> registered = new ConcurrentHashMap<>();

    /** A number that changes. */
    public interface ValueMXBean {
        /** Its value now. */
        long getValue();
    }

    private record Value(LongSupplier now) implements ValueMXBean {
        @Override
        public long getValue() {
            return now.getAsLong();
        }
    }

    /** Has a job's cluster report to beans. */
    static void configure(Configuration configuration) {
        configuration.set(MetricOptions.REPORTERS_LIST, REPORTER);
        configuration.set(
                ConfigOptions.key("metrics.reporter." + REPORTER + ".factory.class")
                        .stringType()
                        .noDefaultValue(),
                JobBeans.class.getName());
    }

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return this;
    }

    @Override
    public void open(MetricConfig config) {
        // Nothing to set.
    }

    @Override
    public void close() {
        registered.keySet().forEach(this::unregister);
    }

    @Override
    public synchronized void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        LongSupplier value = value(metric);
        if (value == null || !Arrays.asList(group.getScopeComponents()).contains(OWN_GROUP)) {
            return;
        }
        try {
            ObjectName bean = name(name, group);
            unregister(bean);
            beans.registerMBean(new Value(value), bean);
            registered.put(bean, metric);
        } catch (JMException e) {
            LOG.atWarn().setCause(e).addKeyValue("metric", name).log("A metric of a job has no bean");
        }
    }

    @Override
    public synchronized void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        registered.entrySet().stream()
                .filter(entry -> entry.getValue() == metric)
                .map(Map.Entry::getKey)
                .forEach(this::unregister);
    }

    private void unregister(ObjectName bean) {
        if (registered.remove(bean) != null) {
            try {
                beans.unregisterMBean(bean);
            } catch (InstanceNotFoundException e) {
                LOG.atDebug().addKeyValue("bean", bean).log("A bean is gone already");
            } catch (JMException e) {
                LOG.atWarn().setCause(e).addKeyValue("bean", bean).log("A bean cannot be removed");
            }
        }
    }

    private static @Nullable LongSupplier value(Metric metric) {
        if (metric instanceof Counter counter) {
            return counter::getCount;
        }
        if (metric instanceof Gauge<?> gauge) {
            return () -> gauge.getValue() instanceof Number number ? number.longValue() : 0;
        }
        return null;
    }

    /** Job, subtask and name; the other variables of Sluice's own groups, as the reason of a quarantine, beside them. */
    private static ObjectName name(String metric, MetricGroup group) throws JMException {
        Hashtable<String, String> properties = new Hashtable<>(); // what JMX takes
        Map<String, String> variables = group.getAllVariables();
        properties.put("job", word(variables.getOrDefault("<job_name>", "unknown")));
        properties.put("subtask", word(variables.getOrDefault("<subtask_index>", "0")));
        if (variables.containsKey("<reason>")) {
            properties.put("reason", word(variables.getOrDefault("<reason>", "")));
        }
        properties.put("name", word(metric));
        return new ObjectName(DOMAIN, properties);
    }

    private static String word(String text) {
        return text.replaceAll("[^A-Za-z0-9_.-]", "_");
    }
}
