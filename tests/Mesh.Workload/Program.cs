using Mesh.Workload;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;

// A service of a mesh as a process of its own, driven over standard input; every line it writes to standard output is an answer. Settings are those of the command line.
//   --Call URL      what GET / asks before it answers
// /large answers with 64 MiB, /hold never reads a body, /relay sends the body on to the address in x-target, /status/CODE answers so.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
builder.Logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.AddMesh();

// The mesh adds its own; versions before it had one are tested with this program, too.
builder.Services.AddHealthChecks();
builder.Services.AddHttpClient();
var app = builder.Build();
app.UseMesh();
var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
var name = $"{builder.Configuration["Mesh:Service"]}-{Environment.ProcessId}";
var callee = builder.Configuration["Call"];
app.MapGet("/{**path}", async (HttpContext http) =>
{
    if (callee is null)
    {
        return Results.Text(name);
    }

    try
    {
        using var response = await client.GetAsync(callee, http.RequestAborted);
        var text = await response.Content.ReadAsStringAsync(http.RequestAborted);
        return response.IsSuccessStatusCode ? Results.Text($"{name} > {text}") : Results.Text($"{name}: {(int)response.StatusCode} {text}", statusCode: 502);
    }
    catch (HttpRequestException exception)
    {
        return Results.Text($"{name}: {exception.Message}", statusCode: 502);
    }
});
HostileRoutes.Map(app, client);
app.MapMeshMetrics();
await app.StartAsync();
var output = new AnswerWriter(Console.Out);
output.Write(new { kind = "ready", address = app.Urls.First(), pid = Environment.ProcessId });
var commands = new CommandLoop(client, new Uri(new Uri(app.Urls.First()), "/metrics"), app.Services.GetRequiredService<HealthCheckService>(), output);
_ = Task.Run(async () =>
{
    await commands.RunAsync(Console.In);

    // Whoever drives it is gone.
    app.Lifetime.StopApplication();
});
await app.WaitForShutdownAsync();
await commands.StopAsync();
output.Write(new { kind = "stopped" });
