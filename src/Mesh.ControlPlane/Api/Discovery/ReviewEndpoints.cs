using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Objects;
using Mesh.ControlPlane.Api.Objects.Writing;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>Answers callers who ask about themselves: <c>kubectl auth can-i</c> and <c>auth whoami</c>.</summary>
internal static class ReviewEndpoints
{
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    // A question changes nothing, so that it needs no right to write.
    public static IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Permission.ReadMesh, MayAsync),
        ApiRoute.Post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", Permission.ReadMesh, RulesAsync),
        ApiRoute.Post("/apis/authentication.k8s.io/v1/selfsubjectreviews", Permission.ReadMesh, WhoAsync),
    ];

    private static async Task MayAsync(ApiCall call)
    {
        var body = await ReadAsync(call, "SelfSubjectAccessReview");
        var spec = body["spec"] as JsonObject;
        var allowed = (spec?["resourceAttributes"], spec?["nonResourceAttributes"]) switch
        {
            (JsonObject asked, null) => MayResource(call.Caller, asked),
            (null, JsonObject asked) => asked["verb"]?.ToString() is "get" or "head" or "*",
            _ => throw ObjectErrors.Invalid(
                new ResourceKind(ReviewKinds.AuthorizationGroup, "SelfSubjectAccessReview", "", ["v1"], null),
                "",
                FieldError.Invalid("spec.resourceAttributes", "exactly one of nonResourceAttributes or resourceAttributes must be specified")),
        };
        body["status"] = new JsonObject { ["allowed"] = allowed };
        if (!allowed)
        {
            body["status"]!["reason"] = $"roles of '{call.Caller.Name}': {string.Join(", ", call.Caller.Grants)}";
        }

        await call.WriteAsync(body, StatusCodes.Status201Created);
    }

    private static bool MayResource(ApiCaller caller, JsonObject asked)
    {
        string Text(string field) => asked[field]?.ToString() ?? "";
        var kinds = ServedKinds.All.Where(kind => Text("group") is "*" || kind.Group == Text("group")).Where(kind => Text("resource") is "*" || kind.Plural == Text("resource")).ToArray();
        var verbs = Text("verb") is "*" ? Verbs : [Text("verb")];
        if (Text("subresource") == "token")
        {
            return caller.MayIn(Permission.ManageIdentity, Text("namespace"));
        }

        return kinds.Length > 0
            && verbs.All(verb => Verbs.Contains(verb) && kinds.All(kind => ObjectAccess.May(caller, verb, kind, Text("namespace"), Text("name"))));
    }

    private static async Task RulesAsync(ApiCall call)
    {
        var body = await ReadAsync(call, "SelfSubjectRulesReview");
        var ns = body["spec"]?["namespace"]?.ToString() ?? "";
        var rules = new JsonArray();
        foreach (var group in ServedKinds.Groups)
        {
            foreach (var kinds in group.Kinds.GroupBy(kind => string.Join(',', Verbs.Where(verb => ObjectAccess.May(call.Caller, verb, kind, ns, "")))).Where(kinds => kinds.Key.Length > 0))
            {
                rules.Add((JsonNode)new JsonObject
                {
                    ["verbs"] = Texts(kinds.Key.Split(',')),
                    ["apiGroups"] = Texts([group.Name]),
                    ["resources"] = Texts(kinds.Select(kind => kind.Plural)),
                });
            }
        }

        body["status"] = new JsonObject
        {
            ["resourceRules"] = rules,
            ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = Texts(["get"]), ["nonResourceURLs"] = Texts(["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version"]) }),
            ["incomplete"] = false,
        };
        await call.WriteAsync(body, StatusCodes.Status201Created);
    }

    private static async Task WhoAsync(ApiCall call)
    {
        var body = await ReadAsync(call, "SelfSubjectReview");
        body["status"] = new JsonObject
        {
            ["userInfo"] = new JsonObject
            {
                ["username"] = call.Caller.Name,
                ["groups"] = Texts(call.Caller.Grants.Select(grant => grant.ToString())),
            },
        };
        await call.WriteAsync(body, StatusCodes.Status201Created);
    }

    private static async Task<JsonObject> ReadAsync(ApiCall call, string kind)
    {
        var body = await ObjectBody.ReadObjectAsync(call);
        return body["kind"]?.ToString() == kind ? body : throw ApiException.BadRequest($"expected a {kind} as body, got {body["kind"]}");
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
