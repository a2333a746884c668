using System.Diagnostics;
using System.Net;
using System.Text;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.EndToEnd.Tests.Reliability;

/// <summary>The disk of the control plane is full (fault matrix H09): a real one, of one megabyte in memory; skipped where none can be mounted.</summary>
public sealed class DiskFullTests : IDisposable
{
    private static readonly Uri Reviews = new("http://reviews:9080/");

    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("mesh-disk-");
    private bool _isMounted;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Ballast => Path.Combine(_disk.FullName, "ballast");

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", "-l", _disk.FullName);
        }

        _disk.Delete(recursive: true);
    }

    [Fact]
    public async Task H09_DiskIsFull_WritesAreRefusedClearlyAndEverythingElseGoesOn()
    {
        MountOrSkip();
        var config = _disk.CreateSubdirectory("config").FullName;
        await File.WriteAllTextAsync(Path.Combine(config, "mesh.yaml"), ReviewsResources.Service, Cancellation);
        await using var mesh = await InProcessMesh.StartAsync("", Cancellation, configure: options =>
        {
            options.ConfigFolder = config;
            options.StateFolder = Path.Combine(_disk.FullName, "state");
        });
        mesh.Logs.Expect("StoreSizeForgotten").Expect("AuditNotRecorded");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var load = new SteadyCalls(ClientOf(host), Reviews);
        await load.UntilAsync("v1", Cancellation);
        using var api = new HttpClient { BaseAddress = mesh.ApiAddress };

        Fill();
        var (refused, text) = await PostAsync(api, "one");
        Assert.True(refused is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage, $"{refused} {text}");
        Assert.Contains("space", text, StringComparison.OrdinalIgnoreCase);

        // From now on there is no record of changes either, and therefore none.
        (refused, text) = await PostAsync(api, "one");
        Assert.True(refused is HttpStatusCode.ServiceUnavailable, $"{refused} {text}");
        Assert.Contains("audit log", text, StringComparison.Ordinal);
        using (var list = await api.GetAsync(new Uri("/apis/networking.istio.io/v1/namespaces/default/virtualservices", UriKind.Relative), Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        }

        // Whoever comes now is served, and who is there is told of changes of the processes.
        using var late = ClientOf(await mesh.StartClientAsync("late", Cancellation));
        await Eventually.ReachesAsync("a new process is served", async () => await late.GetStringAsync(Reviews, Cancellation) == "v1", cancellationToken: Cancellation);

        File.Delete(Ballast);
        var (created, answer) = await PostAsync(api, "two");
        Assert.True(created == HttpStatusCode.Created, $"{created} {answer}");
        using var verification = await api.GetAsync(new Uri("/api/v1/audit/verification", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, verification.StatusCode);
        Assert.DoesNotContain("is no entry", await verification.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(await load.StopAsync());
    }

    private void MountOrSkip()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Disks in memory are Linux'.");
        var error = Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _disk.FullName);
        Assert.SkipWhen(error is not null, $"No disk can be mounted here: {error}");
        _isMounted = true;
    }

    private void Fill()
    {
        using var file = File.Create(Ballast);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(HttpClient api, string name)
    {
        var json = $$$"""
            {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "{{{name}}}"},
             "spec": {"hosts": ["{{{name}}}"], "http": [{"route": [{"destination": {"host": "reviews"}}]}]}}
            """;
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await api.PostAsync(new Uri("/apis/networking.istio.io/v1/namespaces/default/virtualservices", UriKind.Relative), content, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static HttpClient ClientOf(IHost host) => host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
