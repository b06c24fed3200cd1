/** Where the local cloud issues ID tokens. */
export const TOKENS_PATH = "/_local/tokens";
/** Where Google's host shows the certificates that ID tokens are verified with. */
export const CERTIFICATES_PATH = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";
