using System.Net;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Long bodies go through the gateway piece by piece: the memory of the process does not grow with them.</summary>
public sealed class GatewayBodyTests
{
    /// <summary>By hand: MESH_GATEWAY_BODY_MIB=1024.</summary>
    private static readonly long Length = (long.TryParse(Environment.GetEnvironmentVariable("MESH_GATEWAY_BODY_MIB"), out var mebibytes) ? mebibytes : 96) << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 300_000)]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Body_LongerThanAnyBuffer_GoesBothWaysInConstantMemory(string version)
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.All, Cancellation);
        using var client = await GatewayRequestTests.StartAsync(mesh, app =>
        {
            app.MapPut("/shop", async context =>
            {
                context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
                await context.Response.WriteAsync($"{await CountAsync(context.Request.Body, context.RequestAborted)}", context.RequestAborted);
            });
            app.MapGet("/shop/long", async context =>
            {
                context.Response.ContentLength = Length;
                var piece = new byte[64 * 1024];
                for (var sent = 0L; sent < Length; sent += piece.Length)
                {
                    await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                }
            });
        });
        using var direct = new HttpClient { BaseAddress = client.BaseAddress, DefaultRequestVersion = new Version(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = TimeSpan.FromMinutes(5) };
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var sent = await direct.PutAsync("/shop", new Zeros(Length), Cancellation);
        var received = await CountAsync(await direct.GetStreamAsync("/shop/long", Cancellation), Cancellation);

        Assert.Equal($"{Length}", await sent.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(Length, received);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 48 << 20);
    }

    private static async Task<long> CountAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var (total, count) = (0L, 0);
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            total += count;
        }

        return total;
    }

    private sealed class Zeros(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            for (var sent = 0L; sent < length; sent += piece.Length)
            {
                await stream.WriteAsync(piece);
            }
        }

        protected override bool TryComputeLength(out long size)
        {
            size = length;
            return true;
        }
    }
}
