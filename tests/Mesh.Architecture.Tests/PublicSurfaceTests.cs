using System.Reflection;
using System.Text;
using Mesh.Testing;

namespace Mesh.Architecture.Tests;

/// <summary>Holds the public surface: an approved text file a project. <c>MESH_APPROVE=1</c> writes the files anew.</summary>
public sealed class PublicSurfaceTests
{
    [Theory]
    [InlineData("Mesh.Protocol")]
    [InlineData("Mesh.Client")]
    [InlineData("Mesh.Server")]
    [InlineData("Mesh.Config")]
    [InlineData("Mesh.Telemetry")]
    [InlineData("Mesh.ControlPlane")]
    public void PublicSurface_OfAProject_IsTheApprovedOne(string project)
    {
        var actual = Describe(Assembly.Load(project));
        var file = Path.Combine(Repository.Root, "tests", "Mesh.Architecture.Tests", "PublicSurface", project + ".txt");
        if (Environment.GetEnvironmentVariable("MESH_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        Assert.True(
            approved == actual,
            $"The public surface of {project} changed. If that is meant, run the tests once with MESH_APPROVE=1 and commit {Path.GetFileName(file)}.\nNow:\n{actual}");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            var members = type
                .GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(member => member is not MethodInfo { IsSpecialName: true })
                .Select(member => "  " + member.MemberType + " " + member)
                .Order(StringComparer.Ordinal);
            foreach (var member in members)
            {
                text.Append(member).Append('\n');
            }
        }

        return text.ToString();
    }
}
