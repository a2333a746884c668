#!/usr/bin/env bash
# Runs this checkout's F09 tests beside another version of the mesh, built from a commit of this repository (docs/reliability.md):
#
#   tests/version-skew.sh COMMIT [TEST-CLASS]
#
# First its libraries in workloads under this control plane, then its control plane under this checkout's workloads, then both against this checkout's replacements. Another class of
# Mesh.EndToEnd.Tests (such as ProcessRestartTests) can be named; its processes are then those of the other version. DOTNET names another "dotnet".
set -euo pipefail

commit=${1:?usage: tests/version-skew.sh COMMIT [TEST-CLASS]}
class=${2:-VersionSkewTests}
dotnet=${DOTNET:-dotnet}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sha=$(git -C "$here" rev-parse --verify --short "$commit^{commit}")
other=$(mktemp -d)/mesh
trap 'git -C "$here" worktree remove --force "$other"; rmdir "$(dirname "$other")"' EXIT
git -C "$here" worktree add --quiet --detach "$other" "$sha"

# The program of today over the libraries of then: the commands that tests send it change, the application's few calls into the mesh do not.
rm -rf "$other/tests/Mesh.Workload"
mkdir -p "$other/tests/Mesh.Workload"
cp "$here"/tests/Mesh.Workload/*.cs "$here"/tests/Mesh.Workload/*.csproj "$other/tests/Mesh.Workload/"
if ! git -C "$here" grep -q 'IEndpointConventionBuilder MapMeshMetrics' "$sha" -- src; then
  sed -i '/MapMeshMetrics/d' "$other/tests/Mesh.Workload/Program.cs"
fi

for project in "$other/src/Mesh.ControlPlane" "$other/tests/Mesh.Workload" "$here/tests/Mesh.EndToEnd.Tests"; do
  echo "version skew: building $project"
  "$dotnet" build "$project" --nologo -v q -p:RunAnalyzers=false
done

tests=$here/tests/Mesh.EndToEnd.Tests/bin/Debug/net10.0/Mesh.EndToEnd.Tests
workload=$other/tests/Mesh.Workload/bin/Debug/net10.0/Mesh.Workload.dll
plane=$other/src/Mesh.ControlPlane/bin/Debug/net10.0/Mesh.ControlPlane.dll
failed=0
run() {
  echo "version skew: $sha $1"
  shift
  env "$@" "$tests" -class "*$class" -diagnostics || failed=1
}
run "in workloads, this version in the control plane" MESH_WORKLOAD_DLL="$workload"
run "in the control plane, this version in workloads" MESH_CONTROL_PLANE_DLL="$plane"
run "in both, replaced by this version and back" MESH_WORKLOAD_DLL="$workload" MESH_CONTROL_PLANE_DLL="$plane"
exit $failed
