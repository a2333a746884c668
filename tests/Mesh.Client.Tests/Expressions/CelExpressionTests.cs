using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Expressions;

namespace Mesh.Client.Tests.Expressions;

/// <summary>The part of CEL that Telemetry resources are written in.</summary>
public sealed class CelExpressionTests
{
    private static readonly CelFields Attributes = new("attributes", static name => name switch
    {
        "request" => CelValue.Of(new CelFields("request", static field => field switch
        {
            "host" => CelValue.Of("reviews:9080"),
            "method" => CelValue.Of("GET"),
            "duration" => CelValue.Of(1.5),
            "headers" => CelValue.Of(new CelFields("headers", static header => header == "end-user" ? CelValue.Of("jason") : null)),
            _ => null,
        })),
        "response" => CelValue.Of(new CelFields("response", static field => field == "code" ? CelValue.Of(503) : null)),
        _ => null,
    });

    [Theory]
    [InlineData("request.host", "reviews:9080")]
    [InlineData("'x' + request.method", "xGET")]
    [InlineData("request.headers['end-user']", "jason")]
    [InlineData("has(request.headers) ? 'a' : 'b'", "a")]
    [InlineData("has(request.nonsense) ? request.nonsense : 'none'", "none")]
    [InlineData("has(response.code) && response.code >= 500 ? 'bad' : 'good'", "bad")]
    [InlineData("response.code == 200 ? 'ok' : response.code == 503 ? 'away' : 'other'", "away")]
    [InlineData("string(response.code) + '!'", "503!")]
    [InlineData("1 + 2 * 3 - 8 / 4 % 3", "5")]
    [InlineData("-(1 + 2)", "-3")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("request.method in ['GET', 'HEAD']", "true")]
    [InlineData("'end-user' in request.headers", "true")]
    [InlineData("request.host.startsWith('rev') && request.host.endsWith('80') && request.host.contains('iews')", "true")]
    [InlineData("request.host.matches('^[a-z]+:\\\\d+$')", "true")]
    [InlineData("request.host.matches(r'^\\d+$')", "false")]
    [InlineData("size(request.method) == 3", "true")]
    [InlineData("request.duration > 1", "true")]
    [InlineData("!(response.code < 400) || false", "true")]
    [InlineData("null == null", "true")]
    [InlineData("1 == 1.0", "true")]
    [InlineData("1 == '1'", "false")]
    [InlineData("0x10", "16")]
    [InlineData("int('7') + 1", "8")]
    [InlineData("\"\\u0041\\n\"", "A\n")]
    [InlineData("7u", "7")]
    public void Evaluate_OfAnExpression_IsItsValue(string source, string expected) =>
        Assert.Equal(expected, CelExpression.Parse(source).Evaluate(Attributes).ToString());

    [Theory]
    [InlineData("nobody")]
    [InlineData("request.nonsense")]
    [InlineData("request.headers['x'] == 'y'")]
    [InlineData("1 + 'a'")]
    [InlineData("'a' && true")]
    [InlineData("1 / 0")]
    [InlineData("nonsense(1)")]
    [InlineData("request.host.matches(request.host)")]
    [InlineData("request < 1")]
    public void Evaluate_OfWhatIsNotThereOrDoesNotFit_IsAnErrorAndDoesNotHold(string source)
    {
        var expression = CelExpression.Parse(source);

        Assert.True(expression.Evaluate(Attributes).IsError);
        Assert.False(expression.Holds(Attributes));
    }

    [Theory]
    [InlineData("false && nobody", "false")]
    [InlineData("nobody && false", "false")]
    [InlineData("true || nobody", "true")]
    [InlineData("nobody || true", "true")]
    public void Evaluate_WhereOneSideDecides_TheErrorOfTheOtherDoesNotMatter(string source, string expected) =>
        Assert.Equal(expected, CelExpression.Parse(source).Evaluate(Attributes).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("1 +")]
    [InlineData("(1")]
    [InlineData("a ? b")]
    [InlineData("'open")]
    [InlineData("has(1)")]
    [InlineData("a b")]
    [InlineData("#")]
    [InlineData("a.")]
    [InlineData("99999999999999999999")]
    [InlineData("'\\q'")]
    public void Parse_OfWhatIsNoExpression_SaysWhatAndWhere(string source) => Assert.NotEmpty(Assert.Throws<FormatException>(() => CelExpression.Parse(source)).Message);

    [Theory]
    [InlineData('(')]
    [InlineData('!')]
    [InlineData('[')]
    public void Parse_OfDeepNesting_IsRefused(char sign) => Assert.Throws<FormatException>(() => CelExpression.Parse(new string(sign, 4_000)));

    [Fact]
    public void Parse_OfAnyText_GivesAnExpressionOrAReason() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        text => CelExpression.TryParse(text.Get, out var reason) is { } expression ? expression.Evaluate(Attributes).ToString() is not null : reason!.Length > 0)
        .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(42, 41));
}
