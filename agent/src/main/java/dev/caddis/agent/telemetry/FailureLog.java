package dev.caddis.agent.telemetry;

import dev.caddis.agent.source.Reading;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the log which data paths fail and which answer again.
final class FailureLog implements FailedReadings.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    @Override
    public void beganToFail(Reading reading) {
        LOG.warn(
                "cannot read {}: {}. Published as null until it answers",
                reading.path(),
                reading.problem());
    }

    @Override
    public void answersAgain(Reading reading, long failures) {
        LOG.info("{} answers again after {} failed readings", reading.path(), failures);
    }
}
