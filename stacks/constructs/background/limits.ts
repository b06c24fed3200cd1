/** The numbers of AWS's that several of the blocks here depend on. */

/**
 * The most bytes of a message. SQS takes four times as much since August 2025, but the provider's older releases refuse
 * more than this and write it where nothing is written, so that queues differ with the provider unless it is said.
 */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * The times that a worker gets a message before it is a dead letter. AWS advises at least five, because a throttled
 * worker counts as a try: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const TRIES = 5;
