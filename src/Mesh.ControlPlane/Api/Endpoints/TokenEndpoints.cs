using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Api.Routing;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>Makes, lists and takes back tokens that prove a workload's identity.</summary>
internal sealed class TokenEndpoints(TokenStore tokens, string trustDomain, TimeProvider time)
{
    private const string Path = "/api/v1/tokens";

    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get(Path, Permission.ReadIdentity, ListAsync),
        ApiRoute.Post(Path, Permission.ManageIdentity, CreateAsync),
        ApiRoute.Delete($"{Path}/{{id}}", Permission.ManageIdentity, RevokeAsync),
    ];

    private Task ListAsync(ApiCall call) => call.WriteListAsync(
        "TokenList",
        tokens.List().Where(token => IdentityOf(token) is { } id && call.MayIn(id.Namespace!)).Select(token => Describe(token, IdentityOf(token)!)));

    private async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadAsync();
        var ns = body.Text("namespace");
        call.RequireIn(ns);
        try
        {
            var id = SpiffeId.Of(trustDomain, ns, body.Text("serviceAccount"));
            var made = tokens.CreateIdentity(id, body.Duration("ttl", DefaultLifetime), body.Flag("once"), call.Caller.Name);
            var answer = Describe(made.Record, id);
            answer["token"] = made.Text;
            await call.WriteAsync(answer, StatusCodes.Status201Created);
        }
        catch (Exception exception) when (exception is TokenException or FormatException)
        {
            throw ApiException.BadRequest(exception.Message);
        }
    }

    private Task RevokeAsync(ApiCall call)
    {
        // Of a namespace that the caller has no say in there is nothing to be learnt either.
        var id = call.Route("id");
        var isThere = tokens.List().Any(token => token.Id == id && IdentityOf(token) is { } identity && call.MayIn(identity.Namespace!));
        return isThere && tokens.Revoke(id)
            ? call.WriteAsync(new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" })
            : throw ApiException.NotFound($"There is no token '{id}'.");
    }

    private JsonObject Describe(TokenRecord token, SpiffeId id)
    {
        var item = TokenDescription.Of(token, "IdentityToken", time.GetUtcNow());
        item["identity"] = id.ToString();
        item["namespace"] = id.Namespace;
        item["serviceAccount"] = id.ServiceAccount;
        item["once"] = token.IsOnce;
        item["usedAt"] = token.UsedAt?.ToString("O");
        return item;
    }

    private static SpiffeId? IdentityOf(TokenRecord token) =>
        token.Kind == TokenKind.Identity && SpiffeId.TryParse(token.Subject, out var id, out _) && id.Namespace is not null ? id : null;
}
