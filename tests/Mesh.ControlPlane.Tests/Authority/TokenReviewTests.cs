using System.Net;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Authority.Callers;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.ControlPlane.Tests.Authority;

/// <summary>Service-account tokens, as a Kubernetes API server judges them.</summary>
public sealed class TokenReviewTests : IDisposable
{
    private const string Token = "header.payload.signature";
    private const string Good = """
        {"status":{"authenticated":true,"audiences":["istio-ca"],"user":{"username":"system:serviceaccount:default:reviews",
        "groups":["system:serviceaccounts","system:authenticated"],"extra":{"authentication.kubernetes.io/node-name":["node-1"]}}}}
        """;

    private readonly string _tokenFile = Path.GetTempFileName();
    private readonly LogCollector _logs = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeApiServer _server = new();

    public TokenReviewTests() => File.WriteAllText(_tokenFile, "own-token\n");

    public void Dispose()
    {
        File.Delete(_tokenFile);
        _server.Dispose();
        _logs.VerifyNoUnexpected();
    }

    [Fact]
    public async Task Review_OfAGoodToken_IsItsServiceAccountAndNode()
    {
        _server.Answers(HttpStatusCode.Created, Good);

        var verdict = await AuthenticateAsync();

        Assert.Equal(AuthorityBed.Id(), verdict.Caller!.Id);
        Assert.Equal("node-1", verdict.Caller.Node);
        Assert.Equal(CallerKind.Kubernetes, verdict.Caller.Kind);
        Assert.Equal("https://kubernetes.test/apis/authentication.k8s.io/v1/tokenreviews", _server.Address);
        Assert.Equal("Bearer own-token", _server.Authorization);
        var question = JsonNode.Parse(_server.Body!)!;
        Assert.Equal("TokenReview", question["kind"]!.GetValue<string>());
        Assert.Equal(Token, question["spec"]!["token"]!.GetValue<string>());
        Assert.Equal("istio-ca", question["spec"]!["audiences"]![0]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"status":{"authenticated":false,"error":"expired"}}""")]
    [InlineData("""{"status":{"authenticated":true,"user":{"username":"system:serviceaccount:default:reviews","groups":["system:serviceaccounts"]}}}""")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["other"],"user":{"username":"system:serviceaccount:default:reviews","groups":["system:serviceaccounts"]}}}""")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["istio-ca"],"user":{"username":"system:serviceaccount:default:reviews","groups":["system:masters"]}}}""")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["istio-ca"],"user":{"username":"admin","groups":["system:serviceaccounts"]}}}""")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["istio-ca"],"user":{"username":"system:serviceaccount:default:a:b","groups":["system:serviceaccounts"]}}}""")]
    [InlineData("""{"status":{"authenticated":true,"audiences":["istio-ca"],"user":{"username":"system:serviceaccount:../x:reviews","groups":["system:serviceaccounts"]}}}""")]
    [InlineData("{}")]
    public async Task S30_TokenThatIsNotAServiceAccountForUs_IsRefused(string answer)
    {
        _server.Answers(HttpStatusCode.Created, answer);

        var verdict = await AuthenticateAsync();

        Assert.Null(verdict.Caller);
        Assert.NotNull(verdict.Reason);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "{}")]
    [InlineData(HttpStatusCode.InternalServerError, "boom")]
    [InlineData(HttpStatusCode.Found, "")]
    [InlineData(HttpStatusCode.OK, "not json")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.OK, """{"status":{"authenticated":"yes"}}""")]
    public async Task S30_ServerThatDoesNotJudge_FailsClosed(HttpStatusCode status, string answer)
    {
        _logs.Expect("TokenReviewFailed");
        _server.Answers(status, answer);

        Assert.Null((await AuthenticateAsync()).Caller);
    }

    [Fact]
    public async Task S30_ServerThatIsAway_FailsClosed()
    {
        _logs.Expect("TokenReviewFailed");
        _server.Fails();

        Assert.Null((await AuthenticateAsync()).Caller);
    }

    [Fact]
    public async Task Review_OfTheSameTokenSoonAfter_IsNotAskedAgain()
    {
        _server.Answers(HttpStatusCode.Created, Good);
        var authenticator = Create();

        await AuthenticateAsync(authenticator);
        await AuthenticateAsync(authenticator);
        Assert.Equal(1, _server.Calls);

        _time.Advance(TokenReviewAuthenticator.CacheTime);
        await AuthenticateAsync(authenticator);
        Assert.Equal(2, _server.Calls);
    }

    [Theory]
    [InlineData("no-jwt")]
    [InlineData("mesh_id.secret.pin")]
    public async Task Review_OfWhatIsNoJwt_IsNeverAsked(string token)
    {
        Assert.Null((await AuthenticateAsync(token: token)).Caller);

        Assert.Equal(0, _server.Calls);
    }

    private TokenReviewAuthenticator Create()
    {
        var options = new MeshAuthorityOptions { KubernetesApiServer = "https://kubernetes.test", KubernetesTokenFile = _tokenFile };
        return new TokenReviewAuthenticator(
            new KubernetesTokenReviewer(options, _server, _logs.CreateLogger<KubernetesTokenReviewer>()), AuthorityBed.TrustDomain, _time);
    }

    private ValueTask<CallerVerdict> AuthenticateAsync(TokenReviewAuthenticator? authenticator = null, string token = Token) =>
        (authenticator ?? Create()).AuthenticateAsync(new CallerCredentials(token, null), TestContext.Current.CancellationToken);

    private sealed class FakeApiServer : HttpMessageHandler
    {
        private Func<HttpResponseMessage> _answer = () => throw new InvalidOperationException("Not asked for.");

        public int Calls { get; private set; }

        public string? Address { get; private set; }

        public string? Authorization { get; private set; }

        public string? Body { get; private set; }

        public void Answers(HttpStatusCode status, string body) =>
            _answer = () => new HttpResponseMessage(status) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };

        public void Fails() => _answer = () => throw new HttpRequestException("Connection refused");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            (Address, Authorization) = (request.RequestUri!.ToString(), request.Headers.Authorization!.ToString());
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return _answer();
        }
    }
}
