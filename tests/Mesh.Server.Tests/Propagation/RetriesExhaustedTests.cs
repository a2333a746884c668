using System.Net;
using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Propagation;

public sealed class RetriesExhaustedTests
{
    [Theory(Timeout = 20_000)]
    [InlineData(503, true, true)]
    [InlineData(500, true, true)]
    [InlineData(503, false, false)]
    [InlineData(200, true, false)]
    [InlineData(404, true, false)]
    public async Task Answer_OfARequestWhoseCallsWereGivenUp_IsMarkedIfItFails(int status, bool givenUp, bool isMarked)
    {
        using var response = await AnswerAsync(
            context =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            },
            givenUp);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(isMarked, RetryOwnership.IsExhausted(response));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("14", true)]
    [InlineData("0", false)]
    public async Task Answer_OfAGrpcCall_IsMarkedUnlessItSucceeded(string status, bool isMarked)
    {
        using var response = await AnswerAsync(
            context =>
            {
                context.Response.ContentType = "application/grpc";
                context.Response.Headers["grpc-status"] = status;
                return Task.CompletedTask;
            },
            givenUp: true);

        Assert.Equal(isMarked, RetryOwnership.IsExhausted(response));
    }

    private static async Task<HttpResponseMessage> AnswerAsync(RequestDelegate answer, bool givenUp)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["Mesh:ControlPlane"] = "http://127.0.0.1:1";
        builder.AddMesh();
        await using var app = builder.Build();
        app.UseMesh();
        app.Run(async context =>
        {
            if (givenUp)
            {
                // As the outbound side does, from wherever the call was made.
                await Task.Run(() => RetryOwnership.GiveUp(CallContext.Current));
            }

            await answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        return await client.GetAsync(new Uri(app.Urls.Single()), TestContext.Current.CancellationToken);
    }
}
