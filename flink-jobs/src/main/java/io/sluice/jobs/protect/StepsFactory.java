package io.sluice.jobs.protect;

import java.io.Serializable;

/** Opens the steps of a subtask, where the subtask runs. */
interface StepsFactory extends Serializable {
    /** @param subtask index of the subtask */
    Steps open(int subtask);
}
