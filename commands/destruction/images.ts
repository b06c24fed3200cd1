import {
  BatchDeleteImageCommand,
  type ECRClient,
  type ImageIdentifier,
  paginateListImages,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";

/** The most images of one request; see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
const AT_ONCE = 100;

/** Lists the images of a repository by digest; none if there is no such repository. */
export async function imagesIn(client: ECRClient, repositoryName: string): Promise<string[]> {
  const digests = new Set<string>();
  try {
    for await (const page of paginateListImages({ client }, { repositoryName }))
      for (const { imageDigest } of page.imageIds ?? []) if (imageDigest !== undefined) digests.add(imageDigest);
  } catch (error) {
    if (!(error instanceof RepositoryNotFoundException)) throw error;
  }
  return [...digests].sort();
}

/**
 * Deletes every image of a repository, with all its tags.
 *
 * @throws Error that names an image that could not be deleted, with ECR's reason
 */
export async function deleteImages(client: ECRClient, repositoryName: string): Promise<number> {
  const ids: ImageIdentifier[] = (await imagesIn(client, repositoryName)).map((imageDigest) => ({ imageDigest }));
  for (let index = 0; index < ids.length; index += AT_ONCE) {
    const imageIds = ids.slice(index, index + AT_ONCE);
    const { failures = [] } = await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    // An index of images that another one refers to goes first or last, and what is gone is gone.
    const [failure] = failures.filter(({ failureCode }) => failureCode !== "ImageNotFound");
    if (failure) throw new Error(`${failure.imageId?.imageDigest} in ${repositoryName}: ${failure.failureReason}`);
  }
  return ids.length;
}
