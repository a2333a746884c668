namespace Mesh.Workload;

/// <summary>What lets peers fill the memory of a process, if they can: answers of 64 MiB, bodies that nobody reads, calls to wherever they like.</summary>
internal static class HostileRoutes
{
    /// <summary>Of 64 MiB.</summary>
    private const int Pieces = 4 * 1024;

    private static readonly byte[] s_piece = new byte[16 * 1024];

    public static void Map(WebApplication app, HttpClient client)
    {
        app.MapGet("/large", async context =>
        {
            // Not for ever: writes to a connection that is gone complete at once, and would keep the thread that is to tell of it.
            for (var piece = 0; piece < Pieces && !context.RequestAborted.IsCancellationRequested; piece++)
            {
                await context.Response.Body.WriteAsync(s_piece, context.RequestAborted);
            }
        });
        app.MapPost("/hold", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        app.MapGet("/status/{code:int}", (int code) => Results.StatusCode(code));
        app.Map("/relay", async context =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), $"{context.Request.Headers["x-target"]}");
            if (context.Request.ContentLength is > 0 and var length)
            {
                request.Content = new StreamContent(context.Request.Body) { Headers = { ContentLength = length } };
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
    }
}
