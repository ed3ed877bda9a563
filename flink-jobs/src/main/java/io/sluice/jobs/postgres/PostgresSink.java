package io.sluice.jobs.postgres;

import io.sluice.jobs.released.ReleasedEvent;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Released events to their recipients' tables. Every event that a checkpoint covers stands in its table when the checkpoint
 * is complete; what is written again after a failure finds its row. So delivery is at least once, and its effect is once.
 */
public final class PostgresSink implements Sink<ReleasedEvent> {
    private static final long serialVersionUID = 1;

    private final PostgresConfig config;
    private final UUID database;

    /** @param database identity of the database that the job's position belongs to, as {@link PostgresTables} tells it */
    public PostgresSink(PostgresConfig config, UUID database) {
        this.config = config;
        this.database = database;
    }

    @Override
    public SinkWriter<ReleasedEvent> createWriter(WriterInitContext context) {
        return new PostgresWriter(config, database, context.metricGroup().getNumRecordsSendCounter());
    }
}
