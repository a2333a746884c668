using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Testing;
using Microsoft.AspNetCore.Builder;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>No spelling of a path gets around a policy: what the policy decides on is what the router used, over a real server and its real router.</summary>
public sealed class RoutedPathTests
{
    private const string Secret = "/admin/secret";
    private const string SecretAnswer = "SECRET";

    /// <summary>Spellings from lists of traversal tools, and those of our own.</summary>
    private static readonly string[] Corpus =
    [
        "/admin/secret", "/Admin/Secret", "/ADMIN/SECRET", "/admin/secret/", "/admin/secret//", "//admin/secret", "/admin//secret", "///admin///secret///",
        "/./admin/secret", "/admin/./secret", "/admin/secret/.", "/admin/secret/./", "/x/../admin/secret", "/admin/x/../secret", "/admin/secret/x/..",
        "/../admin/secret", "/../../admin/secret", "/admin/../admin/secret", "/%2e/admin/secret", "/%2e%2e/admin/secret", "/x/%2e%2e/admin/secret",
        "/x/%2E./admin/secret", "/x/.%2e/admin/secret", "/admin/%73ecret", "/%61dmin/secret", "/%41DMIN/%53ECRET", "/admin/secre%74/", "/admin%2Fsecret",
        "/admin%2fsecret", "/admin%5Csecret", "/admin\\secret", "\\admin\\secret", "/admin/secret%2F", "/%2Fadmin/secret", "/admin/secret%00", "/admin/secret%00.html",
        "/admin/secret;v=1", "/admin;v=1/secret", "/admin/secret;", "/;/admin/secret", "/admin/;/secret", "/admin/..;/admin/secret", "/admin/secret#x", "/admin/secret%23x",
        "/admin/secret%3Fx", "/admin/secret?x=1", "/admin/secret?", "/admin/secret??", "/%2561dmin/secret", "/admin%252Fsecret", "/x/%252e%252e/admin/secret",
        "/%c0%afadmin/secret", "/admin%c0%afsecret", "/admin%e0%80%afsecret", "/x/%c0%ae%c0%ae/admin/secret", "/admin%ef%bc%8fsecret", "/admin/secret%20", "/admin/%20secret",
        "/admin/secret%09", "/admin/secret%0a", "/admin/secret.", "/admin/secret..", "/admin/secret.json", "/admin/.secret", "/admin./secret", "/admin/secret/...",
        "/admin/secret%2e", "/ADMIN%2FSECRET", "/admin/secret/..;/", "/admin/%u0073ecret", "/admin/secret%", "/admin/secret%7", "http://localhost/admin/secret",
        "http://localhost/admin/./secret/", "http://localhost//admin/secret", "*", "/", "", "/admin", "/admin/", "/admin/secrets", "/adminsecret", "/admın/secret", "/admin/ſecret",
    ];

    /// <summary>What mutations are made of: ways of writing one character, and things that a lenient server passes over.</summary>
    private static readonly string[] Insertions =
    [
        .. Enumerable.Repeat("", 40), "./", "./", "x/../", "x/../", "%2e/", "x/%2e%2e/", "y/.%2E/", "../",
        "/", "%2f", "%5c", "\\", ";a=b", "%00", "%2e", "//", "#", "%23", ".", "%c0%af",
    ];

    [Fact]
    public async Task S61_EverySpellingThatReachesTheEndpoint_IsDenied() => await CheckAllAsync(Corpus);

    [Fact]
    public async Task S61_EveryMutationThatReachesTheEndpoint_IsDenied()
    {
        var mutation =
            from characters in Gen.Choose(0, 40).ListOf(Secret.Length)
            from insertions in Gen.Elements(Insertions).ListOf(Secret.Length + 1)
            select Mutate(characters.ToArray(), insertions.ToArray());
        var targets = new HashSet<string>(StringComparer.Ordinal);
        Prop.ForAll(Arb.From(mutation), target => targets.Add(target) || true).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(400)).WithReplay(20261121, 61));
        await CheckAllAsync(targets);
    }

    [Theory]
    [InlineData("/Admin/Secret/")]
    [InlineData("/v1/admin/secret")]
    [InlineData("/V1/./admin/%73ecret")]
    public async Task S61_WithAPathBase_IsDenied(string target)
    {
        await using var rig = await AuthorizationRig.StartAsync(static app => Map(app), before: static app => app.UsePathBase("/v1"));
        rig.Apply(Filter(RbacAction.Deny, Policy("secret", Path(Secret))));

        Assert.Contains(" 403 ", await rig.SendRawAsync(target), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//admin/secret")]
    [InlineData("/admin%2Fsecret")]
    [InlineData("/admin\\secret")]
    [InlineData("/admin;v=1/secret")]
    [InlineData("/admin%252fsecret")]
    [InlineData("/x/%252e%252e/admin/secret")]
    [InlineData("/admin%c0%afsecret")]
    public async Task S61_SpellingThatAnAppBehindMightTakeForIt_IsDenied(string target)
    {
        await using var rig = await AuthorizationRig.StartAsync(Map);
        rig.Apply(Filter(RbacAction.Deny, Policy("secret", Path(Secret))));

        Assert.DoesNotContain(" 200 ", await rig.SendRawAsync(target), StringComparison.Ordinal);
    }

    private static async Task CheckAllAsync(IReadOnlyCollection<string> targets)
    {
        await using var open = await AuthorizationRig.StartAsync(Map);
        RbacCondition[] permissions =
        [
            Path(Secret), Path("/admin/", StringMatchKind.Prefix), Path("/SECRET", StringMatchKind.Suffix), Template("/admin/{*}"), Template("/admin/{**}"),
            new EndpointRouteCondition(new StringMatch(StringMatchKind.Exact, Secret, IgnoreCase: false)),
        ];
        await using var deny = await AuthorizationRig.StartAsync(Map);
        await using var allow = await AuthorizationRig.StartAsync(Map);
        allow.Apply(Filter(RbacAction.Allow, Policy("secret", Path(Secret))));
        foreach (var permission in permissions)
        {
            deny.Apply(Filter(RbacAction.Deny, Policy("secret", permission)));
            foreach (var target in targets)
            {
                Assert.DoesNotContain(SecretAnswer, await deny.SendRawAsync(target), StringComparison.Ordinal);
            }
        }

        var reached = 0;
        foreach (var target in targets)
        {
            // The policy's path is the router's: a list of what is allowed lets exactly those pass that reach the endpoint.
            var (without, with) = (await open.SendRawAsync(target), await allow.SendRawAsync(target));
            var reaches = without.Contains(SecretAnswer, StringComparison.Ordinal);
            reached += reaches ? 1 : 0;
            Assert.True(reaches == with.Contains(" 200 ", StringComparison.Ordinal), $"'{target}' without policy: {without}{Environment.NewLine}with: {with}");
        }

        Assert.True(reached > 5, $"only {reached} of the targets reach the endpoint: the test tests nothing");
    }

    private static void Map(WebApplication app)
    {
        app.MapGet(Secret, () => SecretAnswer);
        app.MapFallback(() => "elsewhere");
        app.MapFallback("{*path}", () => "elsewhere");
    }

    private static string Mutate(int[] ways, string[] insertions)
    {
        var text = insertions[^1].StartsWith('/') ? insertions[^1] : "";
        for (var i = 0; i < Secret.Length; i++)
        {
            var character = Secret[i];
            text += ways[i] switch
            {
                0 => $"%{(int)character:x2}",
                1 => $"%{(int)character:X2}",
                2 when i % 8 == 0 => $"%25{(int)character:x2}",
                3 or 4 => char.ToUpperInvariant(character).ToString(),
                _ => character.ToString(),
            };
            text += character == '/' || i == Secret.Length - 1 || ways[i] == 40 ? insertions[i] : "";
        }

        return text.StartsWith('/') ? text : '/' + text;
    }
}
