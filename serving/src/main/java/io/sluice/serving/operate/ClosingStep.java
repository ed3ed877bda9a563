package io.sluice.serving.operate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One step of a room's end. What goes wrong in it is logged, and the next one follows: nothing stays open for its sake. */
@FunctionalInterface
public interface ClosingStep {
    /** Does it, within a limit of its own. */
    Object run() throws Exception;

    /** Takes a step; an interrupt stays one. @param what is closed, for the log */
    static void take(String what, ClosingStep step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            Logger log = LoggerFactory.getLogger(ClosingStep.class);
            log.atWarn().addKeyValue("fault", e.getClass().getName()).log("{} did not close in time", what);
        }
    }
}
