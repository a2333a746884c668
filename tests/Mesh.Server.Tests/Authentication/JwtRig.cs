using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Protocol.Jwt;
using Mesh.Server.Authentication;
using Mesh.Testing.Jwt;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Tests.Authentication;

/// <summary>The stage with the policy that Istio makes of RequestAuthentication, and one issuer.</summary>
internal sealed class JwtRig : IDisposable
{
    public const string Issuer = "https://issuer.example";
    public const int Port = 9080;

    private readonly InboundPolicy _policy = new();
    private readonly RequestDelegate _run;

    public JwtRig()
    {
        Publish(Provider());
        _run = new JwtStage(_policy, new TokenVerifier(Time), new Random(7), NullLogger<JwtStage>.Instance).Wrap(context =>
        {
            Seen = context;
            return Task.CompletedTask;
        });
    }

    public FakeTimeProvider Time { get; } = new();

    public TokenIssuer Keys { get; } = new();

    /// <summary>What the application got; null when the request did not come through.</summary>
    public HttpContext? Seen { get; private set; }

    public long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A good payload.</summary>
    /// <param name="members">More of it, with a comma first.</param>
    public string Payload(string members = "") => $$"""{"iss":"{{Issuer}}","sub":"alice","exp":{{Now + 600}}{{members}}}""";

    public string Token(string members = "") => Keys.Token(Payload(members));

    public JwtProvider Provider(string name = "origins-0") => new(name)
    {
        Issuer = Issuer,
        Keys = JsonWebKeySet.TryParse(Keys.KeySet, out _)!,
        Headers = [new("authorization", "Bearer ")],
        Parameters = ["access_token"],
        SpaceDelimitedClaims = ["scope", "permission"],
    };

    /// <summary>Istio: one provider OR none; several: one of them, OR for each of them one or none.</summary>
    public static JwtRequirement Istio(params ImmutableArray<JwtProvider> providers)
    {
        var each = providers.Select(static provider => new JwtRequirement(JwtRequirementKind.Any)
        {
            Parts = [Required(provider), new JwtRequirement(JwtRequirementKind.AllowMissing) { Providers = [provider] }],
        }).ToImmutableArray();
        return each.Length == 1
            ? each[0]
            : new JwtRequirement(JwtRequirementKind.Any) { Parts = [.. providers.Select(static provider => Required(provider)), new JwtRequirement(JwtRequirementKind.All) { Parts = each }] };
    }

    public static JwtRequirement Required(JwtProvider provider, params ImmutableArray<string> audiences) =>
        new(JwtRequirementKind.Provider) { Provider = provider, Audiences = audiences };

    public void Publish(params ImmutableArray<JwtProvider> providers) => Publish(Istio(providers), providers);

    public void Publish(JwtRequirement requirement, params ImmutableArray<JwtProvider> providers) => Publish(new JwtPolicy
    {
        Providers = providers,
        Rules = [new JwtRule(new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, "/", IgnoreCase: false) }, requirement)],
        BypassesPreflights = true,
    });

    public void Publish(JwtPolicy policy) => _policy.Publish(new InboundConfiguration(new Dictionary<int, InboundPort>
    {
        [Port] = new() { Routes = new RouteConfiguration("inbound", []), Jwt = policy },
    }.ToFrozenDictionary()));

    /// <summary>The same policy for a port of another process.</summary>
    public void CopyTo(InboundPolicy other, int port) =>
        other.Publish(new InboundConfiguration(new Dictionary<int, InboundPort> { [port] = _policy.Current.Ports[Port] }.ToFrozenDictionary()));

    public Task<Answer> BearerAsync(string token) => SendAsync(request => request.Headers.Authorization = "Bearer " + token);

    public async Task<Answer> SendAsync(Action<HttpRequest> prepare)
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        context.Connection.LocalPort = Port;
        (context.Request.Method, context.Request.Scheme, context.Request.Host, context.Request.Path) = ("GET", "http", new HostString("reviews:9080"), "/reviews");
        prepare(context.Request);
        Seen = null;
        await _run(context);
        return new Answer(context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()), context);
    }

    public void Dispose() => Keys.Dispose();

    /// <summary>What the caller, and the application, see of a request.</summary>
    internal sealed record Answer(int Status, string Body, HttpContext Context)
    {
        public RequestToken? Token => Context.Features.Get<RequestToken>();

        public string Challenge => Context.Response.Headers.WWWAuthenticate.ToString();
    }
}
