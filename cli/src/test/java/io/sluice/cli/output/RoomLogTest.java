package io.sluice.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringWriter;
import java.net.URI;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.junit.jupiter.api.Test;

/** The layout of {@code --log json}, taken from its configuration without putting that in force. */
class RoomLogTest {
    @Test
    void writesOneObjectALineWithTheFieldsOfAnEvent() throws Exception {
        Configuration configuration = ConfigurationFactory.getInstance()
                .getConfiguration(new LoggerContext("room"), "room", URI.create("classpath:log4j2-room-json.xml"));
        configuration.initialize();
        Layout<?> layout = configuration.getAppender("stderr").getLayout();
        SortedArrayStringMap fields = new SortedArrayStringMap();
        fields.putValue("traceId", "0af7");
        StringWriter written = new StringWriter();

        for (Throwable thrown : new Throwable[] {null, new IllegalStateException("the key\nof today")}) {
            written.write(layout.toSerializable(Log4jLogEvent.newBuilder()
                            .setLoggerName("io.sluice.gateway.Gateway")
                            .setLevel(Level.WARN)
                            .setThreadName("main")
                            .setTimeMillis(1_772_359_200_000L)
                            .setMessage(new SimpleMessage("It is \"open\"\nnow"))
                            .setContextData(fields)
                            .setThrown(thrown)
                            .build())
                    .toString());
        }

        String[] lines = written.toString().split("\\R");
        assertThat(lines).hasSize(2);
        JsonNode plain = new ObjectMapper().readTree(lines[0]);
        assertThat(plain.path("time").asText()).isEqualTo("2026-03-01T10:00:00.000Z");
        assertThat(plain.path("level").asText()).isEqualTo("WARN");
        assertThat(plain.path("logger").asText()).isEqualTo("io.sluice.gateway.Gateway");
        assertThat(plain.path("message").asText()).isEqualTo("It is \"open\"\nnow");
        assertThat(plain.at("/fields/traceId").asText()).isEqualTo("0af7");
        assertThat(plain.has("error")).isFalse();
        JsonNode failed = new ObjectMapper().readTree(lines[1]);
        assertThat(failed.path("error").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failed.path("stackTrace").asText()).contains("RoomLogTest");
    }
}
