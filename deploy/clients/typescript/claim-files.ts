// Lists the claim files of an office: npx tsx claim-files.ts https://budget.zorgkantoor.example.nl vgz
// Over https it shows the certificate in ZORGINKOOP_TLS_CERT and ZORGINKOOP_TLS_KEY, and trusts the CA in ZORGINKOOP_TLS_CA.
import { readFileSync } from "node:fs";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { BudgetService } from "./generated/zorginkoop/budget/v1/budget_pb.js";

const [baseUrl, office] = process.argv.slice(2);
if (!baseUrl || !office) {
  throw new Error("usage: claim-files.ts ADDRESS OFFICE");
}

function file(variable: string): Buffer | undefined {
  const path = process.env[variable];
  return path ? readFileSync(path) : undefined;
}

const nodeOptions = {
  ca: file("ZORGINKOOP_TLS_CA"),
  cert: file("ZORGINKOOP_TLS_CERT"),
  key: file("ZORGINKOOP_TLS_KEY"),
};
const budget = createClient(BudgetService, createGrpcTransport({ baseUrl, nodeOptions }));

let pageToken = "";
do {
  const page = await budget.listClaimFiles({ office, pageSize: 1000, pageToken });
  for (const found of page.files) {
    // Amounts are whole cents, as bigint: no rounding anywhere.
    console.log(found.fileId, found.agb, found.invoiceNumber, found.lines, found.granted?.cents ?? 0n);
  }
  pageToken = page.nextPageToken;
} while (pageToken !== "");
