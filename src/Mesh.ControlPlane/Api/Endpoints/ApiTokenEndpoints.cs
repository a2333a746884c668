using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>Makes, lists and takes back tokens of the API, and tells callers who they are.</summary>
internal sealed class ApiTokenEndpoints(TokenStore tokens, TimeProvider time)
{
    private const string Path = "/api/v1/api-tokens";

    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(30);

    public IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get(Path, Permission.ManageAccess, call => call.WriteListAsync(
            "ApiTokenList", tokens.List().Where(token => token.Kind == TokenKind.Api).Select(Describe))),
        ApiRoute.Post(Path, Permission.ManageAccess, CreateAsync),
        ApiRoute.Delete($"{Path}/{{id}}", Permission.ManageAccess, RevokeAsync),
        ApiRoute.Get("/api/v1/whoami", Permission.ReadMesh, call => call.WriteAsync(new JsonObject
        {
            ["apiVersion"] = ApiCall.Version,
            ["kind"] = "Caller",
            ["name"] = call.Caller.Name,
            ["roles"] = new JsonArray([.. call.Caller.Grants.Select(grant => (JsonNode)grant.ToString())]),
        })),
    ];

    private async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadAsync();
        try
        {
            var made = tokens.CreateApi(body.Text("name"), [.. body.Texts("roles").Select(Parse)], body.Duration("ttl", DefaultLifetime), call.Caller.Name);
            var answer = Describe(made.Record);
            answer["token"] = made.Text;
            await call.WriteAsync(answer, StatusCodes.Status201Created);
        }
        catch (TokenException exception)
        {
            throw ApiException.BadRequest(exception.Message);
        }
    }

    private Task RevokeAsync(ApiCall call)
    {
        var id = call.Route("id");
        return tokens.List().Any(token => token.Id == id && token.Kind == TokenKind.Api) && tokens.Revoke(id)
            ? call.WriteAsync(new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" })
            : throw ApiException.NotFound($"There is no token '{id}' of the API.");
    }

    private JsonObject Describe(TokenRecord token)
    {
        var item = TokenDescription.Of(token, "ApiToken", time.GetUtcNow());
        item["name"] = token.Subject;
        item["roles"] = new JsonArray([.. token.Grants.Select(grant => (JsonNode)grant)]);
        return item;
    }

    private static RoleGrant Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return RoleName.TryParse(at < 0 ? text : text[..at], out var role) && at != text.Length - 1
            ? new RoleGrant(role.Value, at < 0 ? null : text[(at + 1)..])
            : throw ApiException.BadRequest($"roles: expected {string.Join(", ", RoleName.All)}, or one of them with @NAMESPACE, got '{text}'.");
    }
}
