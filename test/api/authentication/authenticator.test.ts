import { authenticatorContract } from "../../support/contracts/authenticator";

authenticatorContract(() => import("../../../api/authentication/authenticator"));
