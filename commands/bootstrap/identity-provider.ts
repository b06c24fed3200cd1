import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { iamArn, type Place } from "../rights/place";
import { GITHUB_AUDIENCE, GITHUB_ISSUER } from "../rights/trust";
import { foreign, IAM_TAGS, isOurs } from "./iam";
import { asWanted, type Look, orNothing, type Piece } from "./piece";

/**
 * GitHub as somebody whose word about its workflows is taken. An account has one of it, for all projects. No
 * thumbprints: STS checks GitHub's certificate with AWS's own list of authorities.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export function identityProviderPiece(iam: IAMClient, place: Place): Piece {
  const OpenIDConnectProviderArn = iamArn(place, `oidc-provider/${GITHUB_ISSUER}`);
  return {
    what: `identity provider ${GITHUB_ISSUER}`,
    look: async (): Promise<Look> => {
      const found = await orNothing(
        iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
        "NoSuchEntityException",
        "NoSuchEntity",
      );
      if (!found) return { state: "missing", changes: [{ does: "create it", make: create }] };
      if (found.ClientIDList?.includes(GITHUB_AUDIENCE)) return asWanted(isOurs(found.Tags) ? undefined : "not ours");
      if (isOurs(found.Tags)) return { state: "different", changes: [{ does: "let STS be asked", make: addAudience }] };
      return foreign(
        `somebody else made it, and it does not know the audience ${GITHUB_AUDIENCE}, without which no workflow gets a role: ask them to add it`,
      );
    },
  };

  async function create(): Promise<void> {
    await orNothing(
      iam.send(
        new CreateOpenIDConnectProviderCommand({
          Url: `https://${GITHUB_ISSUER}`,
          ClientIDList: [GITHUB_AUDIENCE],
          Tags: IAM_TAGS,
        }),
      ),
      "EntityAlreadyExistsException",
      "EntityAlreadyExists",
    );
  }

  async function addAudience(): Promise<void> {
    await iam.send(
      new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID: GITHUB_AUDIENCE }),
    );
  }
}
