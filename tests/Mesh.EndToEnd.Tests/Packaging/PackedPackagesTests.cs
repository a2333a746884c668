using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Packaging;

/// <summary>Packs the libraries and uses the packages, and nothing else, in a new project, as a user would.</summary>
public sealed partial class PackedPackagesTests : IDisposable
{
    private static readonly string[] Libraries = ["Mesh.Protocol", "Mesh.Config", "Mesh.Telemetry", "Mesh.Client", "Mesh.Server", "Mesh.ControlPlane"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-packages-");

    private string Feed => Path.Combine(_folder.FullName, "feed");

    private string App => Path.Combine(_folder.FullName, "app");

    [Fact]
    public async Task PackedPackages_InANewProject_MakeAMeshOfOne()
    {
        var cancellation = TestContext.Current.CancellationToken;
        foreach (var library in Libraries)
        {
            await DotnetAsync(Repository.Root, ["pack", $"src/{library}", "--no-build", "-c", Configuration, "-o", Feed, "--nologo", "-v", "quiet"], cancellation);
        }

        AssertPackagesAreComplete();
        WriteApp();
        await DotnetAsync(App, ["build", "--nologo", "-v", "quiet"], cancellation);

        using var process = StartApp();
        try
        {
            var address = await ReadAddressAsync(process, cancellation);
            using var client = new HttpClient { BaseAddress = address };
            var answer = "";
            await Eventually.ReachesAsync(
                "the app calls itself by its mesh name",
                async () => (answer = await client.GetStringAsync("/", cancellation)) == "hello through the mesh",
                () => answer,
                cancellationToken: cancellation);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private void AssertPackagesAreComplete()
    {
        foreach (var library in Libraries)
        {
            var package = Directory.GetFiles(Feed, library + ".0*.nupkg").Single();
            using var archive = ZipFile.OpenRead(package);
            var entries = archive.Entries.Select(entry => entry.FullName).ToArray();
            Assert.Contains("README.md", entries);
            Assert.Contains($"lib/net10.0/{library}.dll", entries);
            Assert.Contains($"lib/net10.0/{library}.xml", entries);
            Assert.Single(Directory.GetFiles(Feed, library + ".0*.snupkg"));
        }
    }

    private void WriteApp()
    {
        Directory.CreateDirectory(App);
        File.WriteAllText(Path.Combine(App, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(App, "NuGet.config"), $"""
            <configuration>
              <fallbackPackageFolders>
                <add key="machine" value="{Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")}" />
              </fallbackPackageFolders>
              <packageSources>
                <add key="packed" value="{Feed}" />
              </packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(App, "App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <RestorePackagesPath>{Path.Combine(_folder.FullName, "packages")}</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Mesh.Server" Version="0.1.0" />
                <PackageReference Include="Mesh.ControlPlane" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(App, "Program.cs"), """
            var builder = WebApplication.CreateBuilder(args);
            builder.AddMeshControlPlane(options => { options.XdsPort = 0; options.HttpPort = 0; });
            builder.AddMesh(options => options.Service = "greeter");
            builder.Services.AddHttpClient();

            var app = builder.Build();
            app.UseMesh();
            app.MapGet("/hello", () => "hello through the mesh");
            app.MapGet("/", async (IHttpClientFactory http, CancellationToken cancellation) =>
            {
                using var response = await http.CreateClient().GetAsync("http://greeter/hello", cancellation);
                return await response.Content.ReadAsStringAsync(cancellation);
            });
            app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"The app listens on {app.Urls.Single()}"));
            app.Run();
            """);
    }

    private Process StartApp()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(App, "bin", "Debug", "net10.0", "App.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = App,
        };
        return Process.Start(start)!;
    }

    private static async Task<Uri> ReadAddressAsync(Process process, CancellationToken cancellation)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            var match = ListeningOn().Match(line);
            if (match.Success)
            {
                // Keep the pipe empty so that the app never blocks on its log.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new Uri(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The app ended before it listened.");
    }

    private static async Task DotnetAsync(string folder, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        // CI asks for lock files; a user's new project has none.
        start.Environment.Remove("CI");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} failed:\n{await output}\n{await error}");
    }

    [GeneratedRegex(@"The app listens on (http://\S+)")]
    private static partial Regex ListeningOn();
}
