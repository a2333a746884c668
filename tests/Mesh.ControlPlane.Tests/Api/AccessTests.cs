namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Who may see and write which objects.</summary>
public sealed class AccessTests : ApiTest
{
    private const string Secrets = "/api/v1/namespaces/default/secrets";
    private const string BankMaps = "/api/v1/namespaces/bank/configmaps";

    [Fact]
    public async Task Operator_OfOneNamespace_WritesThereAlone()
    {
        await CreateAsync(Samples.Namespaces, Samples.Namespace("bank"));

        (await Client.PostAsync(BankMaps, Samples.ConfigMap("a"), "operator@bank")).Expect(201);
        var refused = (await Client.PostAsync(Samples.ConfigMaps, Samples.ConfigMap("a"), "operator@bank")).Expect(403);

        Assert.Equal("Forbidden", refused.Reason);
        Assert.Equal("configmaps is forbidden: User \"tester\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"default\"", refused.Message);
        (await Client.PostAsync(Samples.Namespaces, Samples.Namespace("other"), "operator@bank")).Expect(403);
        (await Client.DeleteAsync($"{BankMaps}/a", token: "viewer@bank")).Expect(403);
        (await Client.DeleteAsync($"{BankMaps}/a", token: "operator@bank")).Expect(200);
    }

    [Fact]
    public async Task Viewer_OfOneNamespace_SeesItAndNoOther()
    {
        (await Client.GetAsync(Samples.ConfigMaps, token: "viewer@default")).Expect(200);
        (await Client.GetAsync($"{Samples.Namespaces}/default", token: "viewer@default")).Expect(200);

        foreach (var path in new[] { "/api/v1/configmaps", BankMaps, Samples.Namespaces, $"{Samples.Namespaces}/bank", "/api/v1/configmaps?watch=true" })
        {
            (await Client.GetAsync(path, token: "viewer@default")).Expect(403);
        }
    }

    [Fact]
    public async Task Secrets_AreReadByThoseWhoMayWrite()
    {
        await CreateAsync(Secrets, """{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "YQ=="}}""");

        (await Client.GetAsync($"{Secrets}/s", token: "viewer")).Expect(403);
        (await Client.GetAsync(Secrets, token: "auditor")).Expect(403);
        (await Client.GetAsync($"{Secrets}?watch=true", token: "viewer@default")).Expect(403);
        (await Client.GetAsync($"{Secrets}/s", token: "operator@default")).Expect(200);
    }

    [Theory]
    [InlineData("viewer@default", "get", "configmaps", "default", true)]
    [InlineData("viewer@default", "get", "secrets", "default", false)]
    [InlineData("viewer@default", "list", "configmaps", "", false)]
    [InlineData("viewer", "delete", "configmaps", "default", false)]
    [InlineData("operator@default", "*", "configmaps", "default", true)]
    [InlineData("operator@default", "create", "configmaps", "bank", false)]
    [InlineData("admin", "*", "*", "", true)]
    [InlineData("admin", "get", "widgets", "", false)]
    public async Task AccessReview_Asked_SaysWhatTheApiWouldDo(string token, string verb, string resource, string ns, bool allowed)
    {
        var body = $$$$"""
            {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
             "spec": {"resourceAttributes": {"verb": "{{{{verb}}}}", "resource": "{{{{resource}}}}", "namespace": "{{{{ns}}}}", "group": "{{{{(resource == "*" ? "*" : "")}}}}"}}}
            """;

        var answer = (await Client.PostAsync("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body, token)).Expect(201);

        Assert.Equal(allowed ? "true" : "false", answer.Text("status.allowed"));
    }

    [Fact]
    public async Task SelfReview_Asked_NamesTheCaller()
    {
        const string Body = """{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}""";

        var answer = (await Client.PostAsync("/apis/authentication.k8s.io/v1/selfsubjectreviews", Body, "viewer@default")).Expect(201);
        var rules = (await Client.PostAsync(
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
            """{"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": "default"}}""",
            "viewer@default")).Expect(201);

        Assert.Equal("tester", answer.Text("status.userInfo.username"));
        Assert.Equal("viewer@default", answer.Text("status.userInfo.groups.0"));
        Assert.NotEmpty(rules.Body["status"]!["resourceRules"]!.AsArray());
    }

    [Fact]
    public async Task Token_OfAnAccount_NeedsTheRightToSpeakForIt()
    {
        const string Path = "/api/v1/namespaces/default/serviceaccounts/default/token";
        const string Body = """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 900}}""";

        var answer = (await Client.PostAsync(Path, Body)).Expect(201);

        Assert.NotEqual("", answer.Text("status.token"));
        Assert.Equal("2030-01-01T00:15:00Z", answer.Text("status.expirationTimestamp"));
        (await Client.PostAsync(Path, Body, "operator")).Expect(403);
        (await Client.PostAsync(Path.Replace("/default/token", "/absent/token", StringComparison.Ordinal), Body)).Expect(404);
        (await Client.PostAsync(Path, Body.Replace("900", "9", StringComparison.Ordinal))).Expect(422);
    }
}
