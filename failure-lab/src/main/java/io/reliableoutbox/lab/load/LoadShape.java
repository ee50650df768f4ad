package io.reliableoutbox.lab.load;

/**
 * How orders come in.
 *
 * @param rate orders a second, between the bursts
 * @param changesPercent so many customers go on to pay, ship or cancel
 * @param burst the rate times so much, for {@value #BURST_SECONDS} s in each {@value
 *     #BURST_PERIOD_SECONDS}; 1 for none
 */
public record LoadShape(double rate, double changesPercent, double burst) {
  static final int BURST_SECONDS = 5;
  static final int BURST_PERIOD_SECONDS = 30;
  static final double USUAL_CHANGES = 70;

  /** Without bursts, and with customers as they usually are. */
  public static LoadShape steady(double rate) {
    return new LoadShape(rate, USUAL_CHANGES, 1);
  }
}
