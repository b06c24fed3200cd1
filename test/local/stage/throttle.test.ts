import { expect, test } from "@jest/globals";
import { Throttle } from "../../../local/stage/throttle";
import { FakeClock } from "../fake-clock";

const admitted = (throttle: Throttle, requests: number) =>
  Array.from({ length: requests }, () => throttle.admits()).filter(Boolean).length;

test("admits as many requests at once as the burst says", () => {
  expect(admitted(new Throttle({ rate: 1, burst: 5 }, new FakeClock()), 20)).toBe(5);
});

test("admits the rate once the burst is used up, and never saves up more than the burst", () => {
  const clock = new FakeClock();
  const throttle = new Throttle({ rate: 10, burst: 5 }, clock);
  admitted(throttle, 20);
  clock.advance(300);
  expect(admitted(throttle, 20)).toBe(3);
  clock.advance(60_000);
  expect(admitted(throttle, 20)).toBe(5);
});

test("refuses everything where the stage has no numbers, which API Gateway takes for 0", () => {
  const clock = new FakeClock();
  const throttle = new Throttle({ rate: 0, burst: 0 }, clock);
  clock.advance(60_000);
  expect(admitted(throttle, 3)).toBe(0);
});
