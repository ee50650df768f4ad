package io.reliableoutbox.lab.chaos;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A decorator's parameter that is the name of the crash point. */
@Retention(RetentionPolicy.RUNTIME)
@interface Point {}
