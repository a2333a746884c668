using System.Text;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Client.Model.Apis;
using Mesh.Server.Apis.Transformations;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Apis;

/// <summary>What requests and responses are changed into.</summary>
public sealed class TransformationStageTests
{
    private static readonly JsonChange WithoutA = new([], [JsonPlace.Parse("/a")!], [], MaxBytes: 32);

    [Fact]
    public async Task RequestBody_OfJson_IsChangedWithItsLength()
    {
        var seen = "";
        await RunAsync(new TransformationRule("r") { RequestJson = WithoutA }, """{"a":1,"b":2}""", async context =>
        {
            seen = await new StreamReader(context.Request.Body).ReadToEndAsync();
            Assert.Equal(7, context.Request.ContentLength);
        });

        Assert.Equal("""{"b":2}""", seen);
    }

    [Theory]
    [InlineData("""{"a":1,"b":"0123456789012345678901234567890123456789"}""", 413)]
    [InlineData("""{"a":""", 400)]
    public async Task RequestBody_ThatCannotBeChanged_IsRefused(string body, int status)
    {
        var context = await RunAsync(new TransformationRule("r") { RequestJson = WithoutA }, body, _ => throw new InvalidOperationException("Expected not to be reached."));

        Assert.Equal(status, context.Response.StatusCode);
    }

    [Theory]
    [InlineData("application/json", """{"a":1,"b":2}""", """{"b":2}""")]
    [InlineData("application/problem+json", """{"a":1,"b":2}""", """{"b":2}""")]
    [InlineData("text/plain", """{"a":1,"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("application/json", """{"a":1,"b":"0123456789012345678901234567890123456789"}""", """{"a":1,"b":"0123456789012345678901234567890123456789"}""")]
    [InlineData("application/json", """{"a":""", """{"a":""")]
    public async Task ResponseBody_OfJsonThatIsNotTooLong_IsChanged(string type, string body, string expected)
    {
        var context = await RunAsync(new TransformationRule("r") { ResponseJson = WithoutA }, "{}", async context =>
        {
            context.Response.ContentType = type;
            foreach (var piece in body.Chunk(5))
            {
                await context.Response.WriteAsync(new string(piece));
                await context.Response.Body.FlushAsync();
            }
        });

        context.Response.Body.Position = 0;
        Assert.Equal(expected, await new StreamReader(context.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ResponseBody_OfAnotherStatus_StaysAsItIs()
    {
        var rule = new TransformationRule("r") { ResponseJson = WithoutA, Statuses = [500] };

        var context = await RunAsync(rule, "{}", context => context.Response.WriteAsJsonAsync(new { a = 1 }));

        context.Response.Body.Position = 0;
        Assert.Equal("""{"a":1}""", await new StreamReader(context.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Query_OfManyParameters_IsChangedWhereItIsNamed()
    {
        var rule = new TransformationRule("r")
        {
            Query = new FieldChange([KeyValuePair.Create("old name", "new")], ["gone"], [KeyValuePair.Create("set", "a&b"), KeyValuePair.Create("here", "2")], []),
        };

        var context = await RunAsync(rule, "{}", _ => Task.CompletedTask, "?old+name=%2f&gone=1&gone&here=1&stays=%7e");

        Assert.Equal("?new=%2f&stays=%7e&set=a%26b&here=2", context.Request.QueryString.Value);
    }

    private static async Task<HttpContext> RunAsync(TransformationRule rule, string body, RequestDelegate next, string query = "")
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.QueryString = new QueryString(query);
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Response.Body = new MemoryStream();
        AdmittedPort.Keep(context, new InboundPort { Routes = new RouteConfiguration("", []), Transformations = new TransformationPolicy([rule]) });
        await new TransformationStage(new InboundPolicy()).Wrap(next)(context);
        return context;
    }
}
