using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Authority;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>The certificate authority for its operators: what it is, the three steps of a change of roots, revocation, and what was issued.</summary>
internal sealed class AuthorityEndpoints(CertificateAuthority authority)
{
    private const string Path = "/api/v1/ca";
    private const string DefaultReason = "unspecified";
    private const int MaxRecords = 1_000;

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get(Path, Permission.ReadIdentity, call => StatusAsync(call)),
        ApiRoute.Post($"{Path}/roots", Permission.ManageAuthority, call => DoAsync(call, _ => authority.AddRoot())),
        ApiRoute.Post($"{Path}/reissue", Permission.ManageAuthority, call => DoAsync(call, _ => authority.Reissue())),
        ApiRoute.Post($"{Path}/drop-root", Permission.ManageAuthority, call => DoAsync(call, body => authority.DropRoot(body.OptionalText("name"), body.Flag("force")))),
        ApiRoute.Post($"{Path}/revocations", Permission.ManageAuthority, call => DoAsync(call, Revoke)),
        ApiRoute.Post($"{Path}/reinstatements", Permission.ManageAuthority, call => DoAsync(call, Reinstate)),
        ApiRoute.Get($"{Path}/log", Permission.ReadAudit, LogAsync),
    ];

    private static SpiffeId Identity(string text) =>
        SpiffeId.TryParse(text, out var id, out var error) ? id : throw ApiException.BadRequest($"identity: {error}, got '{text}'.");

    private async Task DoAsync(ApiCall call, Action<JsonObject> step)
    {
        var body = await call.ReadAsync();
        try
        {
            step(body);
        }
        catch (Exception exception) when (exception is AuthorityException or RootInUseException)
        {
            throw ApiException.Conflict(exception.Message);
        }

        await StatusAsync(call);
    }

    private void Revoke(JsonObject body)
    {
        var reason = body.OptionalText("reason") ?? DefaultReason;
        switch (body.OptionalText("serial"), body.OptionalText("identity"))
        {
            case ({ } serial, null):
                authority.Revoke(serial, reason);
                break;
            case (null, { } identity):
                authority.RevokeIdentity(Identity(identity), reason);
                break;
            default:
                throw ApiException.BadRequest("Expected either serial or identity.");
        }
    }

    private void Reinstate(JsonObject body)
    {
        var id = Identity(body.Text("identity"));
        if (!authority.Reinstate(id))
        {
            throw ApiException.NotFound($"'{id}' is not revoked.");
        }
    }

    private Task StatusAsync(ApiCall call)
    {
        // A caller of some namespaces learns whom to believe, not who else there is.
        var isWhole = call.Caller.MayEverywhere(Permission.ReadIdentity) || call.Caller.MayEverywhere(Permission.ManageAuthority);
        var status = authority.Status();
        return call.WriteAsync(new JsonObject
        {
            ["apiVersion"] = ApiCall.Version,
            ["kind"] = "AuthorityStatus",
            ["trustDomain"] = status.TrustDomain,
            ["durable"] = status.IsDurable,
            ["issuer"] = status.IssuerSubject,
            ["issuerNotAfter"] = status.IssuerNotAfter.ToString("O"),
            ["certificates"] = isWhole ? status.Unexpired : null,
            ["federatedTrustDomains"] = Texts(status.FederatedTrustDomains),
            ["items"] = new JsonArray([.. status.Roots.Select(root => (JsonNode)Root(root, isWhole))]),
            ["revokedCertificates"] = isWhole
                ? new JsonArray([.. status.RevokedCertificates.Select(revoked => (JsonNode)new JsonObject
                {
                    ["serial"] = revoked.Serial,
                    ["identity"] = revoked.Identity,
                    ["revokedAt"] = revoked.RevokedAt.ToString("O"),
                    ["reason"] = revoked.Reason,
                })])
                : null,
            ["revokedIdentities"] = isWhole ? Texts(status.RevokedIdentities.Select(revoked => revoked.Identity)) : null,
        });
    }

    private static JsonObject Root(RootStatus root, bool isWhole) => new JsonObject
    {
        ["name"] = root.Name,
        ["state"] = root.State,
        ["subject"] = root.Subject,
        ["pin"] = root.Pin,
        ["notAfter"] = root.NotAfter.ToString("O"),
        ["certificates"] = isWhole ? root.Certificates : null,
        ["identities"] = isWhole ? Texts(root.Identities) : null,
    };

    private Task LogAsync(ApiCall call)
    {
        var records = authority.Log.Unexpired(record => SpiffeId.TryParse(record.Identity, out var id, out _) && call.MayIn(id.Namespace ?? ""));
        return call.WriteListAsync("IssuanceRecordList", records.Take(MaxRecords).Select(record => new JsonObject
        {
            ["serial"] = record.Serial,
            ["identity"] = record.Identity,
            ["workload"] = record.Workload,
            ["root"] = record.Root,
            ["issuer"] = record.Issuer,
            ["at"] = record.At.ToString("O"),
            ["notAfter"] = record.NotAfter.ToString("O"),
            ["caller"] = record.Caller,
            ["replaces"] = record.Replaces,
        }));
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
