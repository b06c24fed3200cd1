// node bench/cold-start.mjs: what INIT and the first request of an instance of the API cost.
//
// With RIC_FOLDER, a folder where `npm i aws-lambda-ric@4.0.2 node@24.21.0` was run, they run through AWS's own runtime
// client on the Node.js the functions deploy to. It is compiled when it is installed (autoconf, automake, libtool, cmake,
// g++, make, python3, unzip), so it is no dependency of the project.
import { runProgram } from "./program.mjs";

await runProgram("bench/cold-start.ts");
