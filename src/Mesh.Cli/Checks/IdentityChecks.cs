using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using static Mesh.Cli.Checks.CheckFields;

namespace Mesh.Cli.Checks;

/// <summary>The certificate authority, and the certificates that rest on it.</summary>
internal static class IdentityChecks
{
    private const string Authority = "/api/v1/ca";
    private static readonly TimeSpan LeastLife = TimeSpan.FromDays(60);

    public static CheckCategory All { get; } = new("identity",
    [
        new Check("id-authority", "the certificate authority answers", async (context, cancellationToken) =>
        {
            await context.GetAsync(Authority, cancellationToken);
            return CheckOutcome.Fine;
        }) { IsBasis = true },
        new Check("id-roots-valid", "no root has expired", (context, cancellationToken) => LivesAsync(context, TimeSpan.Zero, "has expired", "Change roots: 'meshctl ca add-root'.", cancellationToken)),
        new Check("id-roots-life", "every root is good for 60 days", (context, cancellationToken) => LivesAsync(context, LeastLife, "expires within 60 days", "Change roots in time: 'meshctl ca add-root'.", cancellationToken)) { IsWarning = true },
        new Check("id-issuer-valid", "the issuing certificate has not expired", (context, cancellationToken) => IssuerAsync(context, TimeSpan.Zero, cancellationToken)),
        new Check("id-issuer-life", "the issuing certificate is good for 60 days", (context, cancellationToken) => IssuerAsync(context, LeastLife, cancellationToken)) { IsWarning = true },
        new Check("id-one-issuer", "one root issues, and no change of roots is left half done", async (context, cancellationToken) =>
            CheckOutcome.None(
                (await context.ListAsync(Authority, cancellationToken)).Where(root => Text(root, "state") is not "issuing").Select(root => $"root {Text(root, "name")} is {Text(root, "state")}"),
                "Finish with 'meshctl ca reissue' and 'meshctl ca drop-root'.")) { IsWarning = true },
        new Check("id-bundle", "everybody is told the roots that the authority has", BundleAsync),
        new Check("id-durable", "the keys of the authority outlive the control plane", async (context, cancellationToken) =>
            Flag(await context.GetAsync(Authority, cancellationToken), "durable")
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong("they are in memory: after a restart nobody's certificate is good any more. Set StateFolder.")) { IsWarning = true },
        new Check("id-trust-domain", "every client's identity is of the mesh's trust domain", async (context, cancellationToken) =>
        {
            var authority = await context.GetAsync(Authority, cancellationToken);
            var known = ((authority["federatedTrustDomains"] as JsonArray)?.Select(domain => domain!.ToString()) ?? []).Append(Text(authority, "trustDomain")).ToHashSet(StringComparer.Ordinal);
            return CheckOutcome.None(
                (await context.ListAsync("/api/v1/clients", cancellationToken))
                    .Where(client => Text(client, "identity") is { Length: > 0 } identity && !known.Contains(identity.Split('/').ElementAtOrDefault(2) ?? ""))
                    .Select(client => $"{ClientName(client)} is {Text(client, "identity")}"),
                "Give those workloads certificates of this mesh, or federate their trust domain.");
        }),
        new Check("id-leaves", "no connected client's certificate has expired", async (context, cancellationToken) =>
            CheckOutcome.None(
                (await context.ListAsync("/api/v1/clients", cancellationToken))
                    .Where(client => Moment(client, "identityExpiresAt") <= context.Time.GetUtcNow())
                    .Select(client => $"{ClientName(client)}: {Text(client, "identityExpiresAt")}"),
                "They cannot renew: their logs say why.")) { MayComeRight = true },
    ]);

    private static async Task<CheckOutcome> LivesAsync(CheckContext context, TimeSpan least, string what, string next, CancellationToken cancellationToken) => CheckOutcome.None(
        (await context.ListAsync(Authority, cancellationToken))
            .Where(root => Moment(root, "notAfter") < context.Time.GetUtcNow() + least)
            .Select(root => $"root {Text(root, "name")} {what} ({Text(root, "notAfter")})"),
        next);

    private static async Task<CheckOutcome> IssuerAsync(CheckContext context, TimeSpan least, CancellationToken cancellationToken)
    {
        var authority = await context.GetAsync(Authority, cancellationToken);
        return Moment(authority, "issuerNotAfter") < context.Time.GetUtcNow() + least
            ? CheckOutcome.Wrong($"{Text(authority, "issuer")} is good until {Text(authority, "issuerNotAfter")}. 'meshctl ca add-root' and 'meshctl ca reissue' make a new one; one of another authority is to be replaced there.")
            : CheckOutcome.Fine;
    }

    /// <summary>The bundle that is handed out is read as a client reads it.</summary>
    private static async Task<CheckOutcome> BundleAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var bundle = new X509Certificate2Collection();
        try
        {
            bundle.ImportFromPem(await context.GetTextAsync("/trust-bundle", cancellationToken));
        }
        catch (CryptographicException exception)
        {
            return CheckOutcome.Wrong($"/trust-bundle holds no certificates: {exception.Message}");
        }

        var roots = await context.ListAsync(Authority, cancellationToken);
        var now = context.Time.GetUtcNow();
        var strangers = bundle.Where(root => root.SubjectName.Name != root.IssuerName.Name || root.NotAfter.ToUniversalTime() < now).Select(root => root.Subject).ToArray();
        return strangers.Length > 0 ? CheckOutcome.Wrong($"/trust-bundle has certificates that are no valid roots: {string.Join("; ", strangers)}.")
            : bundle.Count != roots.Count ? CheckOutcome.Wrong($"/trust-bundle has {bundle.Count} roots, the authority {roots.Count}. Ask again; if it stays so, restart the control plane.")
            : CheckOutcome.Fine;
    }
}
