{{- define "sheaf.labels" -}}
app.kubernetes.io/name: sheaf
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sheaf.pod" -}}
# A Service named sheaf would put SHEAF_PORT=tcp://… into the pod.
enableServiceLinks: false
automountServiceAccountToken: false
terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
containers:
  - name: sheaf
    image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}{{ with .root.Values.image.digest }}@{{ . }}{{ end }}"
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: [serve, --role, {{ .role }}]
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    envFrom:
      - secretRef: { name: {{ required "existingSecret names the Secret with SHEAF_DATABASE_URL" .root.Values.existingSecret }} }
    env:
      - { name: SHEAF_STOP_GRACE_SECONDS, value: {{ max 0 (sub .root.Values.terminationGracePeriodSeconds 20) | quote }} }
      - { name: SHEAF_METRICS_HOST, value: 0.0.0.0 }
      - { name: SHEAF_METRICS_PORT, value: "9464" }
      {{- if eq .role "worker" }}
      - { name: SHEAF_PARSE_PROCESSES, value: {{ .root.Values.worker.parseProcesses | quote }} }
      {{- end }}
      {{- range $name, $value := .root.Values.settings }}
      - { name: {{ $name }}, value: {{ $value | quote }} }
      {{- end }}
    ports:
      {{- if eq .role "api" }}
      - { name: http, containerPort: 8787 }
      {{- end }}
      - { name: metrics, containerPort: 9464 }
    {{- if eq .role "api" }}
    # Until every node knows that no more requests are to come here.
    lifecycle:
      preStop:
        exec: { command: [sleep, "5"] }
    {{- end }}
    startupProbe:
      httpGet: { path: /readyz, port: metrics }
      timeoutSeconds: 5
      periodSeconds: 5
      failureThreshold: 60
    # It waits up to three seconds for the database and for the store.
    readinessProbe:
      httpGet: { path: /readyz, port: metrics }
      timeoutSeconds: 5
    livenessProbe:
      httpGet: { path: /healthz, port: metrics }
      timeoutSeconds: 5
      periodSeconds: 20
      failureThreshold: 5
    resources: {{- toYaml .resources | nindent 6 }}
    volumeMounts:
      - { name: data, mountPath: /data }
      - { name: tmp, mountPath: /tmp }
volumes:
  - { name: data, emptyDir: {} }
  - { name: tmp, emptyDir: {} }
{{- end }}
